import { windowSeries } from '../../../domain/core/window-runs';
import type { HorizonTarget, NetFit, TrainingSettings } from '../../../training/neural/contract';
import { memoryCheckpoints } from '../../support/memory-checkpoints';
import { eagerEngine } from '../../support/tensor-engines';
import { tinyNet, type TinySizes } from '../../support/tiny-net';
import { foldOf, sampleFoldData } from '../fold-data';

export const HOUR_MS = 3_600_000;

export const TEST_SETTINGS: TrainingSettings = {
  lookback: 3,
  batchSize: 32,
  maxEpochs: 4,
  patience: 3,
  learningRate: 0.02,
  weightDecay: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: 1,
  schedule: 'cosine',
  warmupEpochs: 1,
  target: 'class',
  loss: 'crossEntropy',
  focalGamma: 2,
  classWeights: 'none',
  checkpointSeconds: 1000,
  minMicroBatch: 4,
};

/** Two horizons on 320 rows of which the first feature decides the class; the second horizon lacks some labels. */
export function netFit(changes: Partial<NetFit<TinySizes>> = {}, settings: Partial<TrainingSettings> = {}): NetFit {
  const { features, featureNames, classIndex } = sampleFoldData(320);
  const time = Float64Array.from({ length: features.rows }, (_, row) => row * HOUR_MS);
  const returnAtr = Float64Array.from(classIndex, (label) => label - 1);
  const target = (horizonBars: number, missingEvery: number): HorizonTarget => ({
    horizonBars,
    classIndex: classIndex.map((label, row) => (row % missingEvery === 0 ? -1 : label)),
    returnAtr: returnAtr.map((value, row) => (row % missingEvery === 0 ? NaN : value)),
    fold: foldOf(features.rows),
  });
  return {
    definition: tinyNet,
    sizes: { units: 6, dropout: 0.2 },
    settings: { ...TEST_SETTINGS, ...settings },
    series: windowSeries(features, time, { timeframeMs: HOUR_MS, gapBars: 3, maxClosureDays: 4 }),
    targets: [target(8, 1000), target(16, 7)],
    featureNames,
    seed: 5,
    rungs: [],
    engine: eagerEngine,
    checkpoints: memoryCheckpoints(),
    callbacks: {},
    signal: new AbortController().signal,
    ...changes,
  };
}
