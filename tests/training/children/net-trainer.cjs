/**
 * A trainer child that fits real nets on the real engine, with its checkpoints in a store on disk. A job: `family`, `sizes`,
 * `settings`, `features`, `rows`, `seed`, `rungs`, `storeRoot`, `key`; with `ballast` ({ atStep, of: 'arrays' | 'tensors' }) it
 * asks for memory after that step until it is refused, by a cap that the test must have set; from `slowFromStep` on
 * a step takes long enough to be told to stop at it.
 */
const process = require('node:process');
require('./typescript.cjs');
const { windowSeries } = require('../../../domain/core/window-runs.ts');
const { randomFromSeed } = require('../../../domain/core/random.ts');
const { lazyTensorEngine } = require('../../../inference/tensor-engine.ts');
const { locateNativeParts } = require('../../../shared/runtime/native-parts.ts');
const { sha256Hex } = require('../../../shared/store/hash.ts');
const { openFileStore } = require('../../../shared/store/open-store.ts');
const { serveJobs } = require('../../../training/child/serve.ts');
const { checkpointSink } = require('../../../training/neural/checkpoint-sink.ts');
const { trainNet } = require('../../../training/neural/train-net.ts');
const { foldOf } = require('../fold-data.ts');

const HOUR_MS = 3_600_000;
const engineOf = lazyTensorEngine(locateNativeParts(process.env), { threads: 1, wanted: 'cpu', deviceVisible: false });

const SLOW_STEP_MS = 20;
const BALLAST_FLOATS = 4_000_000;
const BALLAST = {
  arrays: () => {
    const kept = [];
    for (;;) kept.push(new Float32Array(BALLAST_FLOATS).fill(1));
  },
  tensors: () => {
    const tf = require('@tensorflow/tfjs-core');
    for (;;) tf.keep(tf.fill([BALLAST_FLOATS], 1));
  },
};

/** Features of which the first decides the class, with noise. */
function sampleData({ rows, features: columns, seed }) {
  const random = randomFromSeed(seed);
  const data = Float64Array.from({ length: rows * columns }, () => random.normal());
  const classIndex = Int8Array.from({ length: rows }, (_, row) => {
    const score = data[row * columns] + random.normal();
    return score < -0.5 ? 0 : score < 0.5 ? 1 : 2;
  });
  const featureNames = Array.from({ length: columns }, (_, column) => `f${column}`);
  return { features: { data, rows, columns }, featureNames, classIndex };
}

serveJobs(
  async (job, onProgress, { signal, canStop }) => {
    const engine = await engineOf();
    if (!engine.ok) return engine;
    const warnings = [];
    const store = openFileStore(job.storeRoot, (message) => warnings.push(message));
    const line = await store.checkpoints.open(job.key, `test#${process.pid}`);
    canStop();
    const { features, classIndex, featureNames } = sampleData(job);
    const time = Float64Array.from({ length: job.rows }, (_, row) => row * HOUR_MS);
    const trained = await trainNet({
      definition: require(`../../../domain/models/nets/${job.family}.ts`)[job.family],
      sizes: job.sizes,
      settings: job.settings,
      series: windowSeries(features, time, { timeframeMs: HOUR_MS, gapBars: 3, maxClosureDays: 4 }),
      targets: [{ horizonBars: 8, classIndex, returnAtr: Float64Array.from(classIndex), fold: foldOf(job.rows) }],
      featureNames,
      seed: job.seed,
      rungs: job.rungs ?? [],
      engine: engine.value,
      checkpoints: checkpointSink(line, (message) => warnings.push(message)),
      callbacks: {
        onTrainBegin: (facts) => onProgress({ pid: process.pid, begin: facts }),
        onBatchEnd: (facts) => {
          onProgress({ pid: process.pid, ...facts });
          if (facts.step >= job.slowFromStep)
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_STEP_MS);
          if (facts.step === job.ballast?.atStep) BALLAST[job.ballast.of]();
        },
      },
      signal,
    });
    if (!trained.ok) return trained;
    const { modelBytes, state, facts } = trained.value;
    return { ok: true, value: { model: sha256Hex(modelBytes), state, facts, ticket: line.ticket, warnings } };
  },
  { warm: engineOf },
);
