const OTHER_FAMILIES = ['majority', 'logistic'];

/** One symbol, one horizon, LightGBM and a small net of some seconds: what most scenarios strike. */
export const BASE_CONFIG = {
  preset: 'quick',
  asOf: '2030-01-01T00:00:00Z',
  source: { kind: 'generated', symbolCount: 1, bars: 3000, delistOne: false },
  labels: { horizons: [{ bars: 20, upAtr: 2, downAtr: 2 }] },
  models: {
    ...Object.fromEntries(OTHER_FAMILIES.map((family) => [family, { enabled: false }])),
    lightgbm: { rounds: 40 },
    gru: { enabled: true, units: 128 },
  },
  nets: { lookback: 16, batchSize: 64, maxEpochs: 6, patience: 6, checkpointSeconds: 0.3 },
  evaluation: { bootstrapSamples: 20 },
  // A lost worker is noticed soon; a stall longer than this shows that signs of life do not wait for the store.
  execution: { heartbeatSeconds: 6 },
};

/** Longer than the heartbeat limit above. */
export const STALL_MS = 8_000;

/** Attention between all bars of a window: matrices that grow with the batch, and little to compute on them. */
export const ROOMY_CONFIG = {
  ...BASE_CONFIG,
  models: {
    ...BASE_CONFIG.models,
    lightgbm: { enabled: false },
    gru: { enabled: false },
    transformer: { enabled: true, width: 16, heads: 8, layers: 2, feedForward: 16 },
  },
  // Checkpoints at the ends of epochs only: the cap is met in the second one.
  nets: { ...BASE_CONFIG.nets, lookback: 96, batchSize: 256, maxEpochs: 3, patience: 3, checkpointSeconds: 600 },
};

export const STEEP_RATE = 0.4;

/**
 * A learning rate with which this net leaves the numbers at its first update, and a quarter or an eighth of which it bears (seen
 * with TensorFlow: not at 0.3, and well at 0.075). Checkpoints at the ends of epochs only: the first update's weights are
 * numbers still, and too large to go on from.
 */
export const STEEP_CONFIG = {
  ...BASE_CONFIG,
  models: {
    ...BASE_CONFIG.models,
    gru: { enabled: false },
    nhits: { enabled: true, learningRate: STEEP_RATE },
  },
  nets: { ...BASE_CONFIG.nets, maxEpochs: 2, warmupEpochs: 0, checkpointSeconds: 600 },
};

export const LOOKBACK = 8;
export const GAP_BARS = 3;

/** Bars from a file, and a small net that says how many windows it learned from. */
export function barsConfig(path: string, timeZone: string): object {
  return {
    ...BASE_CONFIG,
    source: { kind: 'files', paths: [path], timeZone },
    labels: { horizons: [{ bars: 8, upAtr: 1.5, downAtr: 1.5 }] },
    models: {
      ...BASE_CONFIG.models,
      lightgbm: { enabled: false },
      gru: { enabled: false },
      mlp: { enabled: true, hidden: [8] },
    },
    nets: { lookback: LOOKBACK, batchSize: 64, maxEpochs: 2 },
    clean: { gapBars: GAP_BARS },
  };
}
