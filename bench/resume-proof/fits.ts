import type { Fold } from '../../domain/core/folds';
import { emptyMatrix } from '../../domain/core/matrix';
import { randomFromSeed } from '../../domain/core/random';
import { windowSeries } from '../../domain/core/window-runs';
import { NET_DEFINITIONS } from '../../domain/models/nets/registry';
import { symbolConfigOf, resolveConfig } from '../../shared/contracts/config/resolve';
import type { SymbolConfig } from '../../shared/contracts/config/schema';
import type { HorizonTarget, NetFit, TrainingSettings } from '../../training/neural/contract';

const ROWS = 700;
const FEATURES = 6;
const LOOKBACK = 16;
const HOUR_MS = 3_600_000;
const HORIZONS = [4, 12];

/** Differences from the default sizes, so that a training takes seconds; everything else is as in a run. */
const SMALL: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  mlp: { hidden: [16, 8] },
  lstm: { units: 8, layers: 2 },
  gru: { units: 8, layers: 2 },
  tcn: { channels: 8, blocks: 3 },
  transformer: { width: 8, heads: 2, layers: 2, feedForward: 16 },
  patchtst: { patchLength: 4, stride: 2, width: 8, heads: 2, layers: 2, feedForward: 16 },
  mamba: { width: 8, stateSize: 4, layers: 2, chunk: 4 },
  nhits: { poolings: [4, 1], hidden: 16, forecastWidth: 8 },
  tft: { width: 4, heads: 2 },
  nbeats: { hidden: 16, forecastWidth: 8 },
  inceptiontime: { filters: 4, kernelSizes: [3, 5, 9], bottleneck: 4, blocks: 3 },
  'lstm-mamba': { lstmUnits: 8, width: 8, stateSize: 4, chunk: 4 },
};

export const PROVEN_FAMILIES: readonly string[] = NET_DEFINITIONS.map(({ name }) => name);

/** What is trained in the proof: the family in small, two horizons, dropout, warm-up and decay, on a seeded series. */
export function proofFit(family: string): Omit<NetFit, 'engine' | 'checkpoints' | 'callbacks' | 'signal'> {
  const definition = NET_DEFINITIONS.find(({ name }) => name === family);
  if (definition === undefined)
    throw new RangeError(`There is no net '${family}'; there are ${PROVEN_FAMILIES.join(', ')}.`);
  const config = defaults();
  const block: Readonly<Record<string, unknown>> & { readonly learningRate: number } = config.models[family as 'lstm'];
  const sizes = Object.fromEntries(
    Object.entries(block).filter(([name]) => name !== 'enabled' && name !== 'learningRate'),
  );
  const settings: TrainingSettings = {
    ...config.nets,
    learningRate: block.learningRate,
    lookback: LOOKBACK,
    batchSize: 32,
    maxEpochs: 3,
    checkpointSeconds: 0.1,
  };
  const { features, labels } = series();
  const time = Float64Array.from({ length: ROWS }, (_, row) => row * HOUR_MS);
  return {
    definition,
    sizes: { ...sizes, ...SMALL[family] },
    settings,
    series: windowSeries(features, time, { timeframeMs: HOUR_MS, gapBars: 3, maxClosureDays: 4 }),
    targets: HORIZONS.map((horizonBars) => targetOf(horizonBars, labels)),
    featureNames: Array.from({ length: FEATURES }, (_, f) => `feature${String(f)}`),
    seed: 11,
    rungs: [],
  };
}

function defaults(): SymbolConfig {
  const resolved = resolveConfig({});
  if (!resolved.ok) throw new Error('the defaults do not resolve');
  return symbolConfigOf(resolved.config, '');
}

/** Noise, of which the first feature decides the class most of the time. */
function series() {
  const random = randomFromSeed(3);
  const features = emptyMatrix(ROWS, FEATURES);
  for (let i = 0; i < features.data.length; i += 1) features.data[i] = random.normal();
  const labels = Int32Array.from({ length: ROWS }, (_, row) => {
    const score = (features.data[row * FEATURES] ?? 0) + 0.5 * random.normal();
    return score < -0.4 ? 0 : score > 0.4 ? 2 : 1;
  });
  return { features, labels };
}

function targetOf(horizonBars: number, classIndex: Int32Array): HorizonTarget {
  const returnAtr = Float64Array.from(classIndex, (label) => label - 1);
  return { horizonBars, classIndex, returnAtr, fold: FOLD };
}

const FOLD: Fold = {
  id: 'f0',
  train: [[0, 450]],
  stopping: [[460, 530]],
  choosing: [[540, 600]],
  test: [[610, ROWS]],
  boundaries: { train: [0, 0], stopping: [0, 0], choosing: [0, 0], test: [0, 0] },
  purged: { train: 0, stopping: 0, choosing: 0, test: 0 },
};
