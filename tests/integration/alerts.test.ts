import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AlertReceiver, isSigned } from '../support/alert-receiver';
import { barLines, csvOf } from '../support/bar-files';
import type { CliHome, RunningCli } from '../support/cli';
import { openCliHome } from '../support/cli';

jest.setTimeout(400_000);

const SIGNING_KEY = 'signing-key-of-this-test';
const ROUTING_KEY = 'routing-key-of-this-test';
const SCHEDULE = `timeZone: UTC
at: "06:00"
days: daily
retrain:
  set: test
  lateData: { waitMinutes: 0, atEnd: train }
  config: { preset: quick, source: { kind: files, paths: ['bars/*.csv'] }, execution: { successQuorum: 1 } }
`;

/** Server, worker, schedule, runs and receivers together, through the command. */
describe('alerts of a real installation', () => {
  let home: CliHome;
  let receiver: AlertReceiver;
  let worker: RunningCli;
  let env: Record<string, string>;
  beforeAll(async () => {
    receiver = await AlertReceiver.start();
    env = {
      CANDLEWICK_ALERTS: 'webhook,slack,pagerduty',
      CANDLEWICK_ALERT_EVERY_SECONDS: '2',
      CANDLEWICK_SECRET_ALERT_WEBHOOK: `${receiver.url}/hook/of-nobody-else`,
      CANDLEWICK_SECRET_ALERT_SIGNING_KEY: SIGNING_KEY,
      CANDLEWICK_SECRET_ALERT_SLACK: `${receiver.url}/slack/T00/B00/of-nobody-else`,
      CANDLEWICK_SECRET_ALERT_PAGERDUTY: ROUTING_KEY,
      CANDLEWICK_ALERT_PAGERDUTY_URL: `${receiver.url}/pagerduty`,
      CANDLEWICK_LOG_LEVEL: 'info',
    };
    home = await openCliHome();
    home.write('bars/FEW.csv', csvOf(barLines(1, 5)));
    home.write('schedule.yaml', SCHEDULE);
    worker = home.start(['dev'], env);
    // Whoever comes second waits for the server of the first.
    expect(await home.cli(['schedule', 'apply', '--file', 'schedule.yaml'])).toMatchObject({ exitCode: 0 });
  });
  afterAll(async () => {
    worker.child.kill('SIGTERM');
    await worker.result;
    await home.close();
    await receiver.close();
  });

  const keysOf = (state: string) =>
    receiver
      .accepted('/hook/of-nobody-else')
      .filter((message) => message.state === state)
      .map(({ key }) => String(key))
      .sort();

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((done) => setTimeout(done, 200));
  }

  it('tells of a run that missed its quorum, while the receiver fails at first, once and signed', async () => {
    receiver.meetWith(500, 'reset');
    const config = ['--preset', 'quick', '--source', 'bars/*.csv', '--id', 'few'];
    const run = await home.cli(['run', ...config], { CANDLEWICK_OWN_WORKER: 'no' });
    expect(run.exitCode).toBe(1);
    await until(() => keysOf('firing').includes('run-failed:few'));
    const told = receiver.received.filter(({ body, accepted }) => accepted && body.includes('"run-failed:few"'));
    expect(told).toHaveLength(1);
    const { body, headers } = told[0]!;
    const signature = String(headers['candlewick-signature']);
    expect(isSigned({ body, signature, key: SIGNING_KEY }, Date.now())).toBe(true);
    expect(JSON.parse(body)).toMatchObject({
      facts: { code: 'QuorumMissed', symbols: 1, done: 0, failed: 1 },
      runbook: 'runbook.md#quorummissed',
      commands: ['./candlewick failures few', './candlewick retry few'],
    });
    const { report } = JSON.parse(body) as { report: string };
    expect(existsSync(report)).toBe(true);
  });

  it('tells of a retrain that failed and of the schedule that stopped itself, and not of the run of the retrain', async () => {
    const { stdout } = await home.cli(['schedule', 'trigger', 'retrain-test', '--why', 'a test']);
    const id = stdout.trim();
    const wanted = [`retrain-failed:${id}`, 'run-failed:few', 'schedule-paused:retrain-test'];
    await until(() => wanted.every((key) => keysOf('firing').includes(key)));
    await until(
      () =>
        receiver.accepted('/pagerduty').length >= 3 && receiver.accepted('/slack/T00/B00/of-nobody-else').length >= 3,
    );
    expect(keysOf('firing')).toEqual([...wanted].sort());
    const { stdout: list } = await home.cli(['alerts', 'list', '--json']);
    expect((JSON.parse(list) as readonly { key: string }[]).map(({ key }) => key).sort()).toEqual([...wanted].sort());
    const paused = receiver.accepted('/hook/of-nobody-else').find(({ key }) => key === 'schedule-paused:retrain-test');
    expect(paused?.text).toContain(id);
  });

  it('says that the pause is over once somebody ended it', async () => {
    await home.cli(['schedule', 'unpause', 'retrain-test', '--why', 'mended']);
    await until(() => keysOf('resolved').length > 0);
    expect(keysOf('resolved')).toEqual(['schedule-paused:retrain-test']);
    await until(() => receiver.accepted('/pagerduty').some(({ event_action }) => event_action === 'resolve'));
  });

  it('sends a message to try it, and says what became of it', async () => {
    const tried = await home.cli(['alerts', 'test'], env);
    expect(tried).toMatchObject({ exitCode: 0 });
    expect(tried.stdout.split('\n')).toContain('slack: firing accepted (202, try 1)');
    const without = await home.cli(['alerts', 'test', '--to', 'slack']);
    expect(without).toMatchObject({ exitCode: 1 });
    expect(without.stdout).toContain("the secret 'alert-slack' is not there");
    expect(await home.cli(['alerts', 'test'])).toMatchObject({ exitCode: 2 });
  });

  it('leaves no secret in a log, in the store or in what commands print', async () => {
    worker.child.kill('SIGTERM');
    const { stdout, stderr } = await worker.result;
    const files = readdirSync(home.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    expect(texts.some((text) => text.includes('alert told'))).toBe(true);
    for (const text of [stdout, stderr, ...texts])
      for (const secret of [SIGNING_KEY, ROUTING_KEY, 'of-nobody-else']) expect(text.includes(secret)).toBe(false);
  });
});
