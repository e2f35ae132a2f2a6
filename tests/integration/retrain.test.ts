import { createAuditLog } from '../../shared/store/audit-log';
import { createRegistry } from '../../shared/store/registry';
import { barLines, csvOf, type BarLine } from '../support/bar-files';
import type { CliHome, RunningCli } from '../support/cli';
import { eventually } from '../support/gate';
import { openCliHome } from '../support/cli';

jest.setTimeout(1_200_000);

const DAY_MS = 86_400_000;
const RUN = `
    preset: quick
    labels: { horizons: [{ bars: 8, upAtr: 1.5, downAtr: 1.5 }] }
    models: { lightgbm: { rounds: 10 } }
    evaluation: { bootstrapSamples: 20 }
    source: { kind: files, paths: ['bars/*.csv'] }
    execution: { successQuorum: 0.9 }
`;
const schedule = (more = '') => `timeZone: UTC
at: "06:00"
days: daily
retrain:
  set: test
  config: ${RUN}  lateData: { maxAgeHours: 48, waitMinutes: 5, everyMinutes: 1 }
${more}`;

/** Hourly bars whose last closes so many days ago. */
function barsUntil(seed: number, daysAgo: number): string {
  const lines = barLines(seed, 1500);
  const shiftMs = Date.now() - daysAgo * DAY_MS - Date.parse(lines.at(-1)![0]);
  return csvOf(
    lines.map((line): BarLine => [
      new Date(Math.floor((Date.parse(line[0]) + shiftMs) / 3_600_000) * 3_600_000).toISOString(),
      ...line.slice(1),
    ]),
  );
}

/** The schedule, the worker, the files and the registry together, through the command. */
describe('a scheduled retrain', () => {
  let home: CliHome;
  let worker: RunningCli;
  beforeAll(async () => {
    home = await openCliHome();
    worker = home.start(['dev']);
  });
  afterAll(async () => {
    worker.child.kill('SIGTERM');
    await worker.result;
    await home.close();
  });

  async function trigger(): Promise<string> {
    const { stdout, stderr } = await home.cli(['schedule', 'trigger', 'retrain-test', '--why', 'a test']);
    if (stdout.trim() === '') throw new Error(stderr);
    return stdout.trim();
  }

  async function statusOnce(run: string, holds: (text: string) => boolean): Promise<string> {
    for (;;) {
      const { stdout } = await home.cli(['status', run]);
      if (holds(stdout)) return stdout;
      await new Promise((done) => setTimeout(done, 500));
    }
  }

  const auditOf = async (subject: string) =>
    (await createAuditLog(home.store.objects).read({})).entries.filter((entry) => entry.subject === subject);

  it('waits for a late file while the other symbol is trained, in one run', async () => {
    home.write('bars/AAA.csv', barsUntil(1, 0));
    home.write('bars/LATE.csv', barsUntil(2, 20));
    home.write('schedule.yaml', schedule());
    // The worker's server may still be starting: whoever comes second waits for it.
    expect(await home.cli(['schedule', 'apply', '--file', 'schedule.yaml'])).toMatchObject({ exitCode: 0 });
    const id = await trigger();
    const waiting = await statusOnce(`${id}/run`, (text) => /AAA +done/.test(text));
    expect(waiting).toMatch(/LATE +late/);
    expect(waiting).toMatch(/waiting for bars of LATE \(newest bar .+\) until /);
    home.write('bars/LATE.csv', barsUntil(2, 0));
    await statusOnce(id, (text) => text.includes('closed'));
    const record = await home.record(`${id}/run`);
    expect(record).toMatchObject({ status: 'done', symbols: [{ symbol: 'AAA' }, { symbol: 'LATE' }] });
    const registry = createRegistry(home.store.objects);
    for (const model of ['test/AAA-h8', 'test/LATE-h8']) {
      expect(await registry.current(model)).toMatchObject({ champion: 1, action: 'first' });
      expect((await auditOf(model)).map(({ action }) => action)).toEqual(['registered', 'promoted']);
    }
  });

  it('fails a file that is late to the end alone; below the quorum nothing is promoted, and the schedule pauses', async () => {
    home.write('bars/LATE.csv', barsUntil(2, 20));
    const apply = ['schedule', 'apply', '--file', 'schedule.yaml', '--set', 'lateData.waitMinutes=0.1'];
    expect(await home.cli(apply)).toMatchObject({ exitCode: 0 });
    const id = await trigger();
    await statusOnce(id, (text) => text.includes('failed'));
    const record = await home.record(`${id}/run`);
    expect(record.symbols).toMatchObject([{ status: 'done' }, { status: 'failed', failure: { code: 'LateData' } }]);
    expect(await auditOf('set test')).toMatchObject([{ action: 'refused', details: { code: 'QuorumMissed' } }]);
    expect(await createRegistry(home.store.objects).current('test/AAA-h8')).toMatchObject({ champion: 1 });
    // The schedule hears of the failure a moment after the workflow has closed.
    await eventually(
      async () => JSON.parse((await home.cli(['schedule', 'list', '--json'])).stdout) as { paused: boolean }[],
      ([listed]) => listed?.paused === true,
    );
  });
});
