import { readOomKillCount, readProcessMemory } from '../../training/process-memory';

describe('memory of processes', () => {
  it('reads what a process has where the system tells it', async () => {
    const memory = await readProcessMemory(process.pid);
    if (process.platform !== 'linux') {
      expect(memory).toBeNull();
      return;
    }
    const { rssBytes = 0, peakRssBytes = 0, dataBytes = 0 } = memory ?? {};
    expect(rssBytes / process.memoryUsage.rss()).toBeCloseTo(1, 0);
    expect(peakRssBytes).toBeGreaterThanOrEqual(rssBytes);
    expect(dataBytes).toBeGreaterThan(process.memoryUsage().heapUsed);
  });

  it('tells nothing of a process that is not there', async () => {
    expect(await readProcessMemory(0x7ffffff0)).toBeNull();
  });

  it('counts kills for memory from 0 on, and never backwards', () => {
    const before = readOomKillCount() ?? 0;
    expect(before).toBeGreaterThanOrEqual(0);
    expect(readOomKillCount() ?? 0).toBeGreaterThanOrEqual(before);
  });
});
