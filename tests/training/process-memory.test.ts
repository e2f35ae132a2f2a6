import { readOomKillCount, readRssBytes } from '../../training/process-memory';

describe('memory of processes', () => {
  it('reads the resident memory of a process where the system tells it', async () => {
    const bytes = await readRssBytes(process.pid);
    const own = process.memoryUsage.rss();
    if (process.platform === 'linux') expect((bytes ?? 0) / own).toBeCloseTo(1, 0);
    else expect(bytes).toBeNull();
  });

  it('tells nothing of a process that is not there', async () => {
    expect(await readRssBytes(0x7ffffff0)).toBeNull();
  });

  it('counts kills for memory from 0 on, and never backwards', () => {
    const before = readOomKillCount() ?? 0;
    expect(before).toBeGreaterThanOrEqual(0);
    expect(readOomKillCount() ?? 0).toBeGreaterThanOrEqual(before);
  });
});
