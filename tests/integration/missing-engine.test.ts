import { setTimeout as pause } from 'node:timers/promises';
import { QUICK_RUN, barFile } from '../support/bar-files';
import { openCliHome, type CliHome, type RunningCli } from '../support/cli';

const NO_LIGHTGBM = { CANDLEWICK_LIGHTGBM_LIB: '/nowhere/lib_lightgbm.so' };
const ARGS = ['run', '--source', 'bars/AAA.csv', '--config', 'run.yaml'];

let home: CliHome;

beforeAll(async () => {
  home = await openCliHome();
  home.write('bars/AAA.csv', barFile(1));
  home.write('run.yaml', QUICK_RUN);
});
afterAll(() => home.close(), 60_000);

/** What `failures` says, once it says anything; as long as the command that runs is still there. */
async function failuresOf(runId: string, running: RunningCli): Promise<string> {
  while (running.child.exitCode === null) {
    const { exitCode, stdout } = await home.cli(['failures', runId]);
    if (exitCode === 0 && !stdout.includes('no failures')) return stdout;
    await pause(200);
  }
  throw new Error((await running.result).stderr);
}

it('the other families are trained where LightGBM is switched off and not there', async () => {
  const args = [...ARGS, '--id', 'without', '--set', 'models.lightgbm.enabled=false', '--json'];
  const { exitCode, stdout } = await home.cli(args, NO_LIGHTGBM);
  expect(exitCode).toBe(0);
  const { symbols } = JSON.parse(stdout) as { symbols: { models: { family: string }[] }[] };
  expect(new Set(symbols[0]?.models.map(({ family }) => family))).toEqual(new Set(['majority', 'logistic']));
}, 120_000);

it('a run that needs it waits, says why and what to do, and goes on once it is there', async () => {
  const running = home.start([...ARGS, '--id', 'waiting'], NO_LIGHTGBM);
  const failures = await failuresOf('waiting', running);
  expect(failures).toMatch(/^waiting\/AAA {2}train-lightgbm-AAA-h\d+-\S+ {2}attempt \d+ {2}EngineUnavailable$/m);
  expect(failures).toContain('CANDLEWICK_LIGHTGBM_LIB names /nowhere/lib_lightgbm.so, which does not exist');
  expect(failures).toMatch(/what to do: Run `\.\/candlewick doctor`/);
  const status = await home.cli(['status', 'waiting']);
  expect(status.stdout).toMatch(/^waiting: running since/m);

  running.child.kill('SIGINT');
  const interrupted = await running.result;
  expect(interrupted.exitCode).toBe(130);
  expect(interrupted.stderr).toContain('Go on with: ./candlewick resume waiting');

  const resumed = await home.cli(['resume', 'waiting']);
  expect({ exitCode: resumed.exitCode, stdout: resumed.stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^AAA +lightgbm +8 bars/m) as string,
  });
  const { symbols } = await home.record('waiting');
  expect(symbols[0]?.models).toHaveLength(6);
}, 180_000);
