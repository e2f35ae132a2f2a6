import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fitSchema } from '../../shared/contracts/model-artifacts';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { barFile } from '../support/bar-files';
import { openCliHome, type CliHome, type RunningCli } from '../support/cli';

const TEST_LIMIT_MS = 240_000;
const RUN = `source: { kind: files, paths: ['bars/*.csv'] }
labels: { horizons: [{ bars: 8, upAtr: 1.5, downAtr: 1.5 }] }
models: { majority: { enabled: false }, logistic: { enabled: false }, lightgbm: { enabled: false }, mlp: { enabled: true, hidden: [8] } }
nets: { lookback: 8, batchSize: 64, maxEpochs: 2 }
evaluation: { bootstrapSamples: 20 }
`;
const FIT = 'mlp-h8-f0';

let home: CliHome;

beforeAll(async () => {
  home = await openCliHome();
  home.write('bars/AAA.csv', barFile(1));
  home.write('run.yaml', RUN);
});
afterAll(() => home.close(), 60_000);

const start = (id: string, env: Record<string, string>): RunningCli =>
  home.start(['run', '--config', 'run.yaml', '--id', id, '--json'], env);

/** The engine that the fit of a run was computed by. */
async function engineOf(runId: string) {
  const { outputs } = await home.marker(runId, 'AAA', 'train', FIT);
  return fitSchema.parse(await home.store.artifacts.getJson(outputs['model']!, ARTIFACT_KINDS.fit)).engine;
}

it(
  'without TensorFlow a net is fitted by WASM, under a key of its own, and nothing else changes',
  async () => {
    const { exitCode, stderr } = await start('wasm', { CANDLEWICK_TENSORFLOW_BINDING: '/nowhere/binding.node' }).result;
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(await engineOf('wasm')).toMatchObject({ library: expect.stringContaining('wasm') as string });
    expect((await home.record('wasm')).symbols[0]!.models[0]!.training).toMatchObject([{ rungs: [] }]);
  },
  TEST_LIMIT_MS,
);

it(
  'a TensorFlow that does not load is a DeviceFailure that says so, tried again until it is mended',
  async () => {
    const { tensorflow } = locateNativeParts(process.env);
    if (!tensorflow.found) throw new Error(tensorflow.remedy);
    const binding = join(home.folder, 'binding.node');
    writeFileSync(binding, 'no library at all');
    const running = start('broken', { CANDLEWICK_TENSORFLOW_BINDING: binding });
    const failures = await failuresOf('broken', running);
    expect(failures).toMatch(/^AAA {2}train mlp-h8-f0 {2}DeviceFailure at [\d:]+ UTC: [\d.]+ s thrown away$/m);
    expect(failures).toMatch(/^broken\/AAA {2}train-mlp-AAA-h8-f0 {2}attempt \d+ {2}DeviceFailure$/m);
    expect(failures).toContain(`${binding} does not load: `);
    expect(failures).toContain('Run ./candlewick setup, then ./candlewick doctor.');

    rmSync(binding);
    symlinkSync(tensorflow.path, binding);
    const { exitCode, stderr } = await running.result;
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(await engineOf('broken')).toMatchObject({ library: 'tensorflow', device: 'cpu' });
    const { interruptions } = await home.record('broken');
    expect(new Set(interruptions.map(({ code, lostSteps }) => `${String(code)} ${String(lostSteps)}`))).toEqual(
      new Set(['DeviceFailure null']),
    );
  },
  TEST_LIMIT_MS,
);

/** What `failures` says, once it says anything; as long as the command that runs is still there. */
async function failuresOf(runId: string, running: RunningCli): Promise<string> {
  while (running.child.exitCode === null) {
    const { exitCode, stdout } = await home.cli(['failures', runId]);
    if (exitCode === 0 && !stdout.includes('no failures')) return stdout;
    await pause(200);
  }
  throw new Error((await running.result).stderr);
}
