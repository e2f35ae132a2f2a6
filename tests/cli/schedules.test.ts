import { createAuditLog } from '../../shared/store/audit-log';
import type { CliHome } from '../support/cli';
import { openCliHome } from '../support/cli';

/** Every command is a process of its own, and a busy machine starts one in seconds. */
jest.setTimeout(240_000);

interface ListedSchedule {
  readonly id: string;
  readonly at: string;
  readonly overlap: string;
  readonly paused: boolean;
  readonly note: string | null;
  readonly next: readonly string[];
  readonly recent: readonly { readonly workflowId: string }[];
  readonly taken: number;
  readonly [fact: string]: unknown;
}

/** The life of a schedule through the command, on a real server; no worker is up, so that what it starts stands still. */
describe('schedule', () => {
  let home: CliHome;
  beforeAll(async () => (home = await openCliHome()));
  afterAll(() => home.close());

  async function listed(): Promise<readonly ListedSchedule[]> {
    const { stdout } = await home.cli(['schedule', 'list', '--json']);
    return JSON.parse(stdout) as readonly ListedSchedule[];
  }

  /** What the audit log says was done to schedules, the oldest first. */
  async function entered(): Promise<readonly string[]> {
    const { entries, damaged } = await createAuditLog(home.store.objects).read({});
    expect(damaged).toEqual([]);
    return entries.map(({ subject, details, who, why }) => [subject, details.did, who, why].join(' | '));
  }

  it('is refused with every fault at once, and nothing is sent', async () => {
    home.write(
      'bad.yaml',
      'at: "25:00"\ndays: mon-xyz\ntimeZone: Mars/Olympus\nskip: ["2026-02-30"]\nretrain:\n  sett: daily\n  config: { labels: { atrPeriodd: 3 } }\n',
    );
    const { exitCode, stderr } = await home.cli(['schedule', 'apply', '--file', 'bad.yaml', '--jitter', '-3']);
    expect(exitCode).toBe(2);
    for (const part of [
      'at: expected',
      'days: expected',
      'timeZone: expected',
      'skip.0: expected',
      'jitterMinutes:',
      "retrain.sett: unknown key; did you mean 'set'?",
      "retrain.config.labels.atrPeriodd: unknown key; did you mean 'atrPeriod'?",
    ])
      expect(stderr).toContain(part);
  });

  it('is made, found unchanged, and changed where it differs', async () => {
    const args = ['schedule', 'apply', '--name', 'daily', '--preset', 'quick', '--who', 'ada'];
    const created = await home.cli([...args, '--why', 'first day']);
    expect(created).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('retrain-daily: created') as unknown,
    });
    expect(created.stderr).toContain('no worker is up');
    expect((await home.cli(args)).stdout).toContain('retrain-daily: unchanged');
    const changed = await home.cli([...args, '--at', '23:05', '--skip', '2026-12-25', '--set', 'gate.minRows=50']);
    for (const part of ['at: 22:30 → 23:05', 'skip: none → 2026-12-25', 'retrain.gate.minRows: 100 → 50'])
      expect(changed.stdout).toContain(part);
    expect(changed.stdout).not.toContain('days:');
    expect(await listed()).toMatchObject([
      {
        id: 'retrain-daily',
        at: '23:05',
        days: 'mon,tue,wed,thu,fri',
        timeZone: 'America/New_York',
        overlap: 'bufferOne',
        catchUpHours: '6',
        pauseOnFailure: 'true',
        paused: false,
        taken: 0,
      },
    ]);
    const [next = ''] = (await listed())[0]?.next ?? [];
    const local = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'America/New_York',
      hour: '2-digit',
      minute: '2-digit',
      weekday: 'short',
    }).format(Date.parse(next));
    expect(local).toMatch(/^(Mon|Tue|Wed|Thu|Fri) 23:0[567]$/);
    expect(await entered()).toEqual([
      'schedule retrain-daily | created | ada | first day',
      'schedule retrain-daily | changed | ada | changed by command',
    ]);
  });

  it('is paused with its reason, which an update leaves as it is, and goes on', async () => {
    await home.cli(['schedule', 'pause', 'retrain-daily', '--why', 'vendor is down', '--who', 'bob']);
    await home.cli(['schedule', 'apply', '--preset', 'quick', '--note', 'every evening']);
    expect(await listed()).toMatchObject([{ paused: true, note: 'vendor is down', at: '22:30' }]);
    const again = await home.cli(['schedule', 'pause', 'retrain-daily', '--why', 'twice']);
    expect(again.stderr).toContain('paused already: vendor is down');
    await home.cli(['schedule', 'unpause', 'retrain-daily', '--why', 'vendor is back', '--who', 'bob']);
    expect(await listed()).toMatchObject([{ paused: false }]);
    const bare = await home.cli(['schedule', 'pause', 'retrain-daily']);
    expect(bare).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--why') as unknown });
  });

  it('is triggered, and backfilled day by day', async () => {
    const triggered = await home.cli(['schedule', 'trigger', 'retrain-daily', '--why', 'a look']);
    expect(triggered.stdout).toMatch(/^retrain-daily-\d{4}-\d\d-\d\dT/);
    // A Friday, a weekend, and the Monday on which clocks have changed.
    const range = ['--from', '2026-03-06', '--to', '2026-03-09'];
    const backfilled = await home.cli(['schedule', 'backfill', 'retrain-daily', ...range, '--overlap', 'allowAll']);
    expect(backfilled.stderr).toContain('2 retrains from 2026-03-06 to 2026-03-09, all at once');
    for (let look = 0; ((await listed())[0]?.taken ?? 0) < 3 && look < 50; look += 1) continue;
    const ids = ((await listed())[0]?.recent ?? []).map(({ workflowId }) => workflowId);
    expect(ids.slice(-2)).toEqual(['retrain-daily-2026-03-07T03:30:00Z', 'retrain-daily-2026-03-10T02:30:00Z']);
    const wrong = await home.cli(['schedule', 'backfill', 'retrain-daily', '--from', '2026-02-30', '--to', 'today']);
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--to today') as unknown });
    const future = await home.cli([
      'schedule',
      'backfill',
      'retrain-daily',
      '--from',
      '2026-03-06',
      '--to',
      '2999-01-01',
    ]);
    expect(future.stderr).toContain('has not come yet');
  });

  it('is deleted, and another name is answered with the ones that are there', async () => {
    await home.cli(['schedule', 'apply', '--name', 'other', '--no-pause-on-failure', '--overlap', 'skip']);
    expect((await listed()).map(({ id, overlap, pauseOnFailure }) => [id, overlap, pauseOnFailure])).toEqual([
      ['retrain-daily', 'bufferOne', 'true'],
      ['retrain-other', 'skip', 'false'],
    ]);
    const unknown = await home.cli(['schedule', 'delete', 'retrain-dialy', '--why', 'x']);
    expect(unknown.stderr).toContain("no schedule 'retrain-dialy': there are retrain-daily, retrain-other");
    await home.cli(['schedule', 'delete', 'retrain-other', '--why', 'not needed', '--who', 'ada']);
    expect((await listed()).map(({ id }) => id)).toEqual(['retrain-daily']);
    const log = await entered();
    expect(log.at(-1)).toBe('schedule retrain-other | deleted | ada | not needed');
    for (const did of ['paused', 'unpaused', 'triggered', 'backfilled'])
      expect(log.some((line) => line.includes(`| ${did} |`))).toBe(true);
  });

  it('says that nothing is asked where no promotion waits', async () => {
    const { exitCode, stderr } = await home.cli(['models', 'approve', 'daily/GEN01-h20', '--why', 'x']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no promotion waits for approval');
  });
});
