import { trainStage } from '../../activities/train';
import type { ModelEngines } from '../../inference/model-engines';
import { openModelEngines } from '../../inference/model-engines';
import type { FitTask, TrainInput } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import type { Rung } from '../../shared/names/rungs';
import { stageKey } from '../../shared/store/stage-cache';
import { sha256Hex } from '../../shared/store/hash';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import { onThreads } from '../support/tensor-setting';
import { openBench, scopeOf, SMALL_RUN } from './bench';

const HORIZONS = [8, 16];
const fakeRef = (content: string): ArtifactRef => ({
  ...{ uri: content, sha256: sha256Hex(content), bytes: 1, kind: 'test', schemaVersion: 1 },
});
const RUNG: Rung = {
  ...{ cause: 'OutOfMemory', microBatch: 8, learningRateScale: 1, device: 'cpu', atStep: 3, note: 'half' },
};

interface Given {
  readonly config?: object;
  readonly task?: Partial<FitTask>;
  readonly input?: Partial<TrainInput>;
  readonly threads?: number;
}

const engines = new Map<number, ModelEngines>();
beforeAll(async () => {
  for (const threads of [1, 2]) engines.set(threads, await openModelEngines(locateNativeParts({}), onThreads(threads)));
});

/** The key of a fit on data that are the same every time. */
async function keyOf({ config = {}, task = {}, input = {}, threads = 1 }: Given): Promise<string> {
  const bench = openBench(engines.get(threads)!);
  const rows = { from: [0, 1], purged: 0 };
  const fold = (id: string) => ({
    ...{ id, train: [[0, 9]], stopping: [[9, 12]], choosing: [[12, 15]], test: [[15, 20]] },
    boundaries: { train: rows.from, stopping: rows.from, choosing: rows.from, test: rows.from },
    purged: { train: 0, stopping: 0, choosing: 0, test: 0 },
  });
  const folds = Object.fromEntries(HORIZONS.map((bars) => [String(bars), [fold('f0'), fold('f1')]]));
  const whole: TrainInput = {
    scope: await scopeOf(bench, { ...SMALL_RUN, ...config }),
    task: { family: 'lstm', horizons: HORIZONS, foldId: 'f0', device: 'cpu', resumable: true, ...task },
    features: fakeRef('features'),
    timeframeMs: 3_600_000,
    labels: Object.fromEntries(HORIZONS.map((bars) => [String(bars), fakeRef(`labels-${String(bars)}`)])),
    folds: await bench.store.artifacts.putJson(folds, ARTIFACT_KINDS.folds),
    rungs: [],
    resumeFrom: null,
    ...input,
  };
  return stageKey('train', await trainStage.material(whole, bench.context));
}

const nets = (changes: object): Given => ({ config: { nets: changes } });

describe('the key of a net', () => {
  it.each<[string, Given]>([
    ['lookback', nets({ lookback: 30 })],
    ['batch', nets({ batchSize: 128 })],
    ['patience', nets({ patience: 6 })],
    ['loss', nets({ loss: 'focal' })],
    ['class weights', nets({ classWeights: 'balanced' })],
    ['target', nets({ target: 'return' })],
    ['schedule', nets({ schedule: 'plateau' })],
    ['longest closing', nets({ maxClosureDays: 3 })],
    ['gap', { config: { clean: { ...SMALL_RUN.clean, gapBars: 5 } } }],
    ['sizes', { config: { models: { lstm: { units: 32 } } } }],
    ['learning rate', { config: { models: { lstm: { learningRate: 0.01 } } } }],
    ['seed', { config: { seed: 8 } }],
    ['horizons', { task: { horizons: [8] }, input: { labels: { '8': fakeRef('labels-8') } } }],
    ['fold', { task: { foldId: 'f1' } }],
    ['family', { task: { family: 'gru' } }],
    ['labels', { input: { labels: { '8': fakeRef('labels-8'), '16': fakeRef('others') } } }],
    ['features', { input: { features: fakeRef('others') } }],
    ['timeframe', { input: { timeframeMs: 60_000 } }],
    ['threads', { threads: 2 }],
  ])('is another one with another %s', async (_, given) => {
    expect(await keyOf(given)).not.toBe(await keyOf({}));
  });

  it.each<[string, Given]>([
    ['often it saves', nets({ checkpointSeconds: 1 })],
    ['far its ladder goes', nets({ minMicroBatch: 4 })],
    ['it is sent to the processor’s queue', nets({ device: 'gpu' })],
    ['far down the ladder it is', { input: { rungs: [RUNG], resumeFrom: 'line-1' } }],
    ['many other families there are', { config: { models: { gru: { enabled: true, units: 3 } } } }],
  ])('is the same however %s', async (_, given) => {
    expect(await keyOf(given)).toBe(await keyOf({}));
  });
});

describe('the key of a family of rows', () => {
  it('knows nothing of nets', async () => {
    const task: Partial<FitTask> = { family: 'logistic', horizons: [8], resumable: false };
    const input = { labels: { '8': fakeRef('labels-8') } };
    expect(await keyOf({ task, input, ...nets({ lookback: 30, batchSize: 128 }) })).toBe(await keyOf({ task, input }));
  });
});
