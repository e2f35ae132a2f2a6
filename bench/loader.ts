import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { CLASS_COUNT } from '../domain/core/classes';
import type { Fold } from '../domain/core/folds';
import { randomFromSeed } from '../domain/core/random';
import { initialWeights } from '../domain/models/nets/flat-parameters';
import { NET_DEFINITIONS } from '../domain/models/nets/registry';
import { DEFAULT_CONFIG } from '../shared/contracts/config/defaults';
import { locateNativeParts } from '../shared/runtime/native-parts';
import { openTensorLibrary } from '../shared/runtime/tensorflow/open-library';
import { createGraphProgram } from '../training/graph/graph-program';
import { installFasterKernels } from '../training/graph/kernels/install';
import { createBatchLoader } from '../training/neural/batches';
import { encodeCheckpoint } from '../training/neural/checkpoint-bytes';
import type { Checkpoint, NetFit } from '../training/neural/contract';
import { prepareFit, type PreparedFit } from '../training/neural/prepare-fit';
import { PLATEAU_START } from '../training/neural/schedule';
import { shuffleRows } from '../training/neural/shuffle';
import { trainProgram } from '../training/neural/train-program';
import { updateOnce } from '../training/neural/updater';

/**
 * What loading, yielding and checkpoints take beside the updates, as the trainer does them:
 *
 *     node dist/bench/loader.js [FAMILY] [ROWS] [FEATURES] [STEPS]
 *
 * Batches of 256 windows of 60 bars, default sizes with dropout, three horizons. Prints one line of JSON, in milliseconds
 * (medians); `loaderMb` is what the loader holds above the feature matrix.
 */
async function main([
  family = 'lstm',
  rows = '50000',
  features = '100',
  steps = '20',
]: readonly string[]): Promise<void> {
  const parts = locateNativeParts(process.env);
  const opened = await openTensorLibrary({ parts, wanted: 'cpu', threads: 1, deviceVisible: false });
  if (!opened.ok) throw new Error(opened.fault.message);
  installFasterKernels();
  const fit = randomFit(family, Number(rows), Number(features));
  const preparedFrom = performance.now();
  const prepared = prepareFit(fit);
  if (!prepared.ok) throw new Error(prepared.fault.message);
  const prepareMs = performance.now() - preparedFrom;
  process.stdout.write(
    `${JSON.stringify({ family, prepareMs, ...(await measure(fit, prepared.value, Number(steps))) }, round)}\n`,
  );
}

async function measure(fit: NetFit, prepared: PreparedFit, steps: number): Promise<Readonly<Record<string, number>>> {
  const { settings } = fit;
  const { batchSize } = settings;
  const program = createGraphProgram(tf.backend(), trainProgram({ ...prepared, settings, microBatch: batchSize }));
  const weights = initialWeights(prepared.parameters, 1);
  program.writeState({ weights });
  const heldBefore = process.memoryUsage().arrayBuffers;
  const loader = createBatchLoader(fit, prepared, batchSize);
  const [order, shuffleMs] = timed(() => shuffleRows(prepared.trainRows, randomFromSeed(1).state()));
  const [load, update, yielding]: [number[], number[], number[]] = [[], [], []];
  for (let step = 0; step < steps + 3; step += 1) {
    const rows = order.rows.subarray(step * batchSize, (step + 1) * batchSize);
    load.push(timed(() => [...loader.trainingBatches(rows, step)])[1]);
    const input = { step, rows, learningRate: 1e-4, accumulates: false };
    update.push(timed(() => updateOnce(program, loader, settings, input))[1]);
    const from = performance.now();
    await nextTurn();
    yielding.push(performance.now() - from);
  }
  const heldAfter = process.memoryUsage().arrayBuffers;
  const [state, copyMs] = timed(() => program.readState());
  const [bytes, encodeMs] = timed(() => encodeCheckpoint(checkpointOf(prepared, weights)));
  program.dispose();
  const [loadMs, updateMs, yieldMs] = [median(load), median(update), median(yielding)];
  return {
    parameters: weights.length,
    windows: prepared.trainRows.length,
    loadMs,
    updateMs,
    loadShare: loadMs / updateMs,
    yieldMs,
    yieldShare: yieldMs / updateMs,
    shuffleMs,
    copyMs,
    encodeMs,
    checkpointMb: bytes.length / 1e6,
    stateVectors: Object.keys(state).length,
    loaderMb: (heldAfter - heldBefore) / 1e6,
  };
}

/** Standard normal features and random classes; 70 % of the rows to learn from. */
function randomFit(family: string, rows: number, columns: number): NetFit {
  const definition = NET_DEFINITIONS.find(({ name }) => name === family);
  if (definition === undefined) throw new RangeError(`There is no net '${family}'.`);
  const random = randomFromSeed(3);
  const features = Float32Array.from({ length: rows * columns }, () => random.normal());
  const at = (share: number): number => Math.round(rows * share);
  const boundaries = [0, 0] as const;
  const fold: Fold = {
    id: 'bench',
    train: [[0, at(0.7)]],
    stopping: [[at(0.7), at(0.8)]],
    choosing: [[at(0.8), at(0.9)]],
    test: [[at(0.9), rows]],
    boundaries: { train: boundaries, stopping: boundaries, choosing: boundaries, test: boundaries },
    purged: { train: 0, stopping: 0, choosing: 0, test: 0 },
  };
  return {
    definition,
    sizes: (DEFAULT_CONFIG.models as Readonly<Record<string, object>>)[family],
    settings: { ...DEFAULT_CONFIG.nets, learningRate: 1e-3 },
    series: { features, rows, columns, runLength: Int32Array.from({ length: rows }, (_, row) => row + 1) },
    targets: [8, 16, 32].map((horizonBars) => ({
      horizonBars,
      classIndex: Int8Array.from({ length: rows }, () => random.integer(CLASS_COUNT)),
      returnAtr: new Float64Array(rows),
      fold,
    })),
    featureNames: Array.from({ length: columns }, (_, c) => `f${c}`),
    seed: 1,
    rungs: [],
    engine: {
      description: { library: 'tensorflow', version: '', threads: 1, device: 'cpu' },
      createProgram: (program) => createGraphProgram(tf.backend(), program),
    },
    checkpoints: {
      latest: () => Promise.resolve(null),
      save: () => Promise.resolve(),
      recordEpoch: () => Promise.resolve(),
    },
    callbacks: {},
    signal: new AbortController().signal,
  };
}

function checkpointOf({ identity }: PreparedFit, weights: Float32Array): Checkpoint {
  const state: Checkpoint['state'] = {
    step: 0,
    epoch: 0,
    stepInEpoch: 0,
    shuffle: randomFromSeed(1).state(),
    epochLoss: 0,
    epochWeight: 0,
    epochGradientNorm: 0,
    bestEpoch: -1,
    bestLoss: null,
    plateau: PLATEAU_START,
    epochs: [],
    rungs: [],
    finished: false,
  };
  return { identity, state, weights, bestWeights: weights, firstMoment: weights, secondMoment: weights };
}

function timed<T>(work: () => T): readonly [result: T, ms: number] {
  const from = performance.now();
  const result = work();
  return [result, performance.now() - from];
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const round = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value;

void main(process.argv.slice(2));
