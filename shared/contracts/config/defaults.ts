import type { HttpSourceConfig } from './http-source';
import type { FilesSourceConfig, GeneratedSourceConfig } from './source-schema';
import type { RunConfig } from './schema';

export const GENERATED_SOURCE_DEFAULTS: GeneratedSourceConfig = {
  kind: 'generated',
  symbolCount: 4,
  bars: 8_000,
  timeframeMinutes: 60,
  seed: 7,
  signalStrength: 0.08,
  delistOne: true,
};

export const FILES_SOURCE_DEFAULTS: Omit<FilesSourceConfig, 'paths'> = {
  kind: 'files',
  delimiter: null,
  columns: { time: null, open: null, high: null, low: null, close: null, volume: null, symbol: null },
  timeZone: 'UTC',
  stamp: 'open',
  timeframeMinutes: null,
};

/** Of a vendor; `bars` has its defaults in the schema. Limits fit one response of some hundred thousand bars. */
export const HTTP_SOURCE_DEFAULTS: Omit<HttpSourceConfig, 'vendor' | 'bars'> = {
  kind: 'http',
  symbols: null,
  list: null,
  timeZone: 'UTC',
  stamp: 'open',
  timeframeMinutes: null,
  key: null,
  headers: {},
  allowPlainHttp: false,
  requestsPerSecond: 2,
  limits: {
    requestSeconds: 120,
    stallSeconds: 20,
    responseMb: 64,
    pages: 1_000,
    bars: 5_000_000,
    retryAfterSeconds: 900,
  },
};

/** Every default of a run in one block. `{}` is this: a demonstration on generated bars. */
export const DEFAULT_CONFIG: RunConfig = {
  source: GENERATED_SOURCE_DEFAULTS,
  symbols: null,
  asOf: null,
  clean: {
    unsorted: 'sort',
    duplicates: 'keepFirst',
    nonPositivePrices: 'drop',
    missingValues: 'drop',
    inconsistentPrices: 'drop',
    negativeVolume: 'drop',
    stale: 'keep',
    staleBars: 12,
    gapBars: 3,
    minBars: 1_000,
    maxDroppedShare: 0.2,
  },
  features: {
    include: null,
    higherTimeframeMultiple: 4,
    higherTimeframeMultiple2: null,
    fracDiff: { enabled: false, width: 100 },
    cross: [],
    crossMaxAgeDays: 4,
  },
  labels: {
    kind: 'tripleBarrier',
    trend: { leastBars: 5, leastT: 2 },
    horizons: [
      { bars: 20, upAtr: 2, downAtr: 2 },
      { bars: 60, upAtr: 3.5, downAtr: 3.5 },
    ],
    atrPeriod: 14,
    timeouts: 'class',
    minReturnBps: 0,
    meta: null,
    weights: { uniqueness: false, returnAttribution: false, timeDecay: null },
    search: {
      enabled: false,
      population: 24,
      generations: 15,
      elite: 2,
      mutation: 0.3,
      objective: 'balance',
      asymmetric: false,
    },
  },
  splits: {
    scheme: 'holdout',
    holdout: { train: 0.6, validation: 0.2, test: 0.2 },
    walkForward: { window: 'anchored', firstTrainDays: 1095, validationDays: 365, testDays: 365 },
    groups: { count: 6, testGroups: 2, prologueShare: 0.2, stratifyByRegime: false },
    purgeBars: null,
    embargo: 'fixed',
    embargoDays: 1,
    minPartRows: 50,
  },
  diagnose: { enabled: false },
  select: { enabled: false, maxCorrelation: 0.8, maxFeatures: 50, method: 'gain', pca: null },
  scaling: 'standard',
  augmentation: { kind: 'none', copies: 1, meanBlockBars: 250 },
  models: {
    majority: { enabled: true },
    logistic: { enabled: true, l2: 1e-3, maxIterations: 200, tolerance: 1e-7, target: 'class' },
    lightgbm: {
      enabled: true,
      rounds: 200,
      earlyStoppingRounds: 25,
      learningRate: 0.05,
      numLeaves: 15,
      minDataInLeaf: 100,
      featureFraction: 0.8,
      baggingFraction: 0.8,
      baggingFreq: 1,
      lambdaL2: 1,
      maxBin: 255,
      target: 'class',
    },
    // Nets are asked for by name (`--models lstm,tcn`): on a processor a fit takes minutes, and they must earn their place.
    mlp: { enabled: false, dropout: 0.1, learningRate: 1e-3, hidden: [128, 64] },
    lstm: { enabled: false, dropout: 0.1, learningRate: 1e-3, units: 64, layers: 1 },
    gru: { enabled: false, dropout: 0.1, learningRate: 1e-3, units: 64, layers: 1 },
    tcn: { enabled: false, dropout: 0.1, learningRate: 1e-3, channels: 32, kernelSize: 3, blocks: 4 },
    transformer: { enabled: false, dropout: 0.1, learningRate: 5e-4, width: 64, heads: 4, layers: 2, feedForward: 128 },
    patchtst: {
      enabled: false,
      dropout: 0.1,
      learningRate: 5e-4,
      patchLength: 12,
      stride: 6,
      width: 32,
      heads: 4,
      layers: 2,
      feedForward: 64,
    },
    mamba: {
      enabled: false,
      dropout: 0.1,
      learningRate: 1e-3,
      width: 32,
      stateSize: 8,
      expand: 2,
      convKernel: 4,
      layers: 2,
      chunk: 16,
    },
    nhits: {
      enabled: false,
      dropout: 0.1,
      learningRate: 1e-3,
      poolings: [8, 4, 1],
      blocksPerStack: 1,
      hidden: 128,
      hiddenLayers: 2,
      forecastWidth: 32,
    },
    tft: { enabled: false, dropout: 0.1, learningRate: 1e-3, width: 16, heads: 4, lstmLayers: 1 },
    nbeats: {
      enabled: false,
      dropout: 0.1,
      learningRate: 1e-3,
      stacks: 2,
      blocksPerStack: 2,
      hidden: 128,
      hiddenLayers: 3,
      forecastWidth: 32,
    },
    inceptiontime: {
      enabled: false,
      dropout: 0.1,
      learningRate: 1e-3,
      filters: 16,
      kernelSizes: [9, 19, 39],
      bottleneck: 16,
      blocks: 3,
    },
    'lstm-mamba': {
      enabled: false,
      dropout: 0.1,
      learningRate: 1e-3,
      lstmUnits: 32,
      width: 32,
      stateSize: 8,
      expand: 2,
      convKernel: 4,
      layers: 1,
      chunk: 16,
    },
  },
  nets: {
    lookback: 60,
    batchSize: 256,
    maxEpochs: 30,
    patience: 5,
    weightDecay: 1e-2,
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
    checkpointSeconds: 30,
    minMicroBatch: 8,
    device: 'cpu',
    maxClosureDays: 4,
  },
  calibration: { methods: ['none', 'isotonic', 'platt', 'temperature'] },
  backtest: { costBps: 1, slippageBps: 1, minEdge: 0 },
  evaluation: { bootstrapSamples: 400, eceBins: 10, regimeBars: 60 },
  perSymbol: {},
  study: null,
  execution: {
    maxParallelSymbols: 4,
    successQuorum: 0.5,
    // Five missed heartbeats: a killed worker's work is soon taken up again, a busy machine is not mistaken for a dead one.
    heartbeatSeconds: 10,
    // Ten million bars through the slowest stage take well under an hour on two cores; six hours bound a hung child.
    maxStageMinutes: 360,
  },
  seed: 7,
  until: null,
  from: null,
};

/** A preset is a set of differences from the defaults; objects are laid over, lists are replaced. */
export const PRESETS = {
  /** Minutes on one machine: one holdout, few rounds, small bootstrap. */
  quick: {
    models: { lightgbm: { rounds: 60, earlyStoppingRounds: 10, learningRate: 0.1 } },
    evaluation: { bootstrapSamples: 100 },
  },
  /** Anchored walk-forward over years. */
  standard: {
    labels: { weights: { uniqueness: true } },
    splits: { scheme: 'walkForward' },
    diagnose: { enabled: true },
    select: { enabled: true },
  },
  /** As standard, with slower learning and tighter intervals. */
  production: {
    labels: { weights: { uniqueness: true } },
    splits: { scheme: 'walkForward', walkForward: { firstTrainDays: 1095, validationDays: 365, testDays: 182 } },
    diagnose: { enabled: true },
    select: { enabled: true },
    models: { lightgbm: { rounds: 800, earlyStoppingRounds: 60, learningRate: 0.02 } },
    evaluation: { bootstrapSamples: 2000 },
    execution: { successQuorum: 0.9 },
  },
  /**
   * Hundreds of symbols, seconds of work each: one horizon, one split, one family beside the majority, few rounds. A lost
   * worker is noticed after six seconds, and nothing here takes a minute.
   */
  screening: {
    labels: { horizons: [{ bars: 20, upAtr: 2, downAtr: 2 }] },
    models: {
      logistic: { enabled: false },
      lightgbm: { rounds: 50, earlyStoppingRounds: 10, learningRate: 0.1 },
    },
    evaluation: { bootstrapSamples: 100 },
    execution: { maxParallelSymbols: 16, heartbeatSeconds: 6, maxStageMinutes: 1 },
  },
} as const satisfies Record<string, object>;
type PresetName = keyof typeof PRESETS;
export const PRESET_NAMES = ['quick', 'standard', 'production', 'screening'] as const satisfies readonly PresetName[];

/**
 * Walk-forward needs years: what the presets that use it generate instead of the demonstration's bars. Twelve thousand bars
 * of four hours are five years of a market that never closes, and twenty of one that opens on weekdays for a session.
 */
const GENERATED_YEARS = { bars: 12_000, timeframeMinutes: 240 };
export const PRESET_GENERATED_SOURCE: Readonly<Record<PresetName, Partial<GeneratedSourceConfig>>> = {
  quick: {},
  standard: GENERATED_YEARS,
  production: GENERATED_YEARS,
  screening: { symbolCount: 24, bars: 2_000, delistOne: false },
};
