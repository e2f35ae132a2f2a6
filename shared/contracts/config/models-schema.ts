import { z } from 'zod';

const positiveInt = z.number().int().positive();

const width = positiveInt.max(4_096);
const depth = positiveInt.max(12);
/** What every net's block holds besides its sizes. */
const netShape = {
  enabled: z.boolean(),
  dropout: z.number().min(0).lt(1),
  learningRate: z.number().positive().max(1_000),
};

/** What a family learns: the class of a label, or its return in ATR. A time-out's return is that of its final position. */
const target = z.enum(['class', 'return']);

export const modelsSchema = z.strictObject({
  majority: z.strictObject({ enabled: z.boolean() }),
  logistic: z.strictObject({
    enabled: z.boolean(),
    /** Strength of the L2 penalty on the mean loss. */
    l2: z.number().positive(),
    maxIterations: positiveInt,
    tolerance: z.number().positive(),
    /** Of returns it is a ridge regression with the same penalty. */
    target: target.default('class'),
  }),
  lightgbm: z.strictObject({
    enabled: z.boolean(),
    rounds: positiveInt,
    earlyStoppingRounds: positiveInt,
    learningRate: z.number().positive().max(1),
    numLeaves: positiveInt.min(2),
    minDataInLeaf: positiveInt,
    featureFraction: z.number().gt(0).max(1),
    baggingFraction: z.number().gt(0).max(1),
    baggingFreq: z.number().int().nonnegative(),
    lambdaL2: z.number().nonnegative(),
    maxBin: positiveInt.min(2),
    target: target.default('class'),
  }),
  mlp: z.strictObject({ ...netShape, hidden: z.array(width).min(1).max(6) }),
  lstm: z.strictObject({ ...netShape, units: width, layers: depth }),
  gru: z.strictObject({ ...netShape, units: width, layers: depth }),
  tcn: z.strictObject({ ...netShape, channels: width, kernelSize: positiveInt.min(2).max(16), blocks: depth }),
  transformer: z.strictObject({ ...netShape, width, heads: positiveInt.max(32), layers: depth, feedForward: width }),
  patchtst: z.strictObject({
    ...netShape,
    patchLength: positiveInt.max(256),
    stride: positiveInt.max(256),
    width,
    heads: positiveInt.max(32),
    layers: depth,
    feedForward: width,
  }),
  mamba: z.strictObject({
    ...netShape,
    width,
    stateSize: positiveInt.max(64),
    expand: positiveInt.max(4),
    convKernel: positiveInt.max(8),
    layers: depth,
    /** Steps of one chunk of the scan; changes speed, not results beyond rounding. */
    chunk: positiveInt.max(256),
  }),
  nhits: z.strictObject({
    ...netShape,
    /** One entry a stack: length of its pooling window, the coarsest first. */
    poolings: z.array(positiveInt.max(64)).min(1).max(6),
    blocksPerStack: positiveInt.max(4),
    hidden: width,
    hiddenLayers: depth,
    forecastWidth: width,
  }),
  tft: z.strictObject({ ...netShape, width, heads: positiveInt.max(32), lstmLayers: depth }),
  nbeats: z.strictObject({
    ...netShape,
    stacks: depth,
    blocksPerStack: positiveInt.max(4),
    hidden: width,
    hiddenLayers: depth,
    forecastWidth: width,
  }),
  inceptiontime: z.strictObject({
    ...netShape,
    filters: width,
    kernelSizes: z.array(positiveInt.max(128)).min(1).max(5),
    bottleneck: width,
    blocks: depth,
  }),
  'lstm-mamba': z.strictObject({
    ...netShape,
    lstmUnits: width,
    width,
    stateSize: positiveInt.max(64),
    expand: positiveInt.max(4),
    convKernel: positiveInt.max(8),
    layers: depth,
    chunk: positiveInt.max(256),
  }),
});

/** How every net is trained. A family's own `learningRate` and `dropout` stand with its sizes. */
export const netsSchema = z.strictObject({
  /** Bars of one window, the last of which is the one predicted for. */
  lookback: positiveInt.min(2).max(2_000),
  /** Windows that one update learns from. */
  batchSize: positiveInt.max(65_536),
  maxEpochs: positiveInt.max(10_000),
  /** Epochs without a lower loss on the stopping part after which training ends. */
  patience: positiveInt,
  weightDecay: z.number().nonnegative(),
  beta1: z.number().gt(0).lt(1),
  beta2: z.number().gt(0).lt(1),
  epsilon: z.number().positive(),
  /** Global norm that gradients are clipped to; null: not clipped. */
  clipNorm: z.number().positive().nullable(),
  schedule: z.enum(['constant', 'cosine', 'plateau']),
  warmupEpochs: z.number().nonnegative(),
  /** What the heads learn. */
  target,
  loss: z.enum(['crossEntropy', 'focal']),
  focalGamma: z.number().nonnegative(),
  classWeights: z.enum(['none', 'balanced']),
  /** Seconds between two checkpoints inside an epoch. */
  checkpointSeconds: z.number().positive(),
  /** The least windows in memory at once that the out-of-memory ladder goes down to. */
  minMicroBatch: positiveInt,
  /** Where nets are trained: on the queue of the processors or of the graphics processors. */
  device: z.enum(['cpu', 'gpu']),
  /** A pause longer than this is a gap that no window crosses; shorter ones too, unless the market usually closes then. */
  maxClosureDays: z.number().nonnegative(),
});

/** A family's block as it stands in keys: without a target that is the class, as before there was another. */
export function modelIdentity(model: ModelsConfig[ModelFamilyName]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(model).filter(([name, value]) => name !== 'target' || value !== 'class'));
}

export type ModelsConfig = z.infer<typeof modelsSchema>;
export type NetsConfig = z.infer<typeof netsSchema>;
export type ModelFamilyName = keyof ModelsConfig;
