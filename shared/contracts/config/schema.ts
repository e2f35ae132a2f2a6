import { z } from 'zod';
import { STAGE_NAMES } from '../../names/stages';
import { httpSourceSchema } from './http-source';
import { modelsSchema, netsSchema } from './models-schema';
import { filesSourceSchema, generatedSourceSchema } from './source-schema';

const positiveInt = z.number().int().positive();
const share = z.number().gt(0).lt(1);
const instant = z.iso.datetime({ offset: true });

export const cleanSchema = z.strictObject({
  unsorted: z.enum(['sort', 'reject']),
  duplicates: z.enum(['keepFirst', 'keepLast', 'reject']),
  /** Zero or negative prices. */
  nonPositivePrices: z.enum(['drop', 'reject']),
  missingValues: z.enum(['drop', 'reject']),
  /** high < low, or open or close outside [low, high]. */
  inconsistentPrices: z.enum(['drop', 'repair', 'reject']),
  negativeVolume: z.enum(['drop', 'reject']),
  /** A run of bars longer than `staleBars` that all repeat one price with no range. */
  stale: z.enum(['keep', 'drop', 'reject']),
  staleBars: positiveInt,
  /** A pause longer than this many bars is entered in the ledger as a gap. */
  gapBars: positiveInt,
  /** The symbol fails when fewer bars are left. */
  minBars: positiveInt,
  /** The symbol fails when more than this share of its bars was dropped. */
  maxDroppedShare: z.number().min(0).max(1),
});

const featuresSchema = z.strictObject({
  /** Names of declared features; null: all of them. */
  include: z.array(z.string()).min(1).nullable(),
  /** Base bars that make one bar of the higher timeframe. */
  higherTimeframeMultiple: positiveInt.min(2).max(100),
  /** Base bars that make one bar of the second, still slower timeframe; null: six times the first. */
  higherTimeframeMultiple2: positiveInt.min(3).max(1_000).nullable().default(null),
  /** The log price, differentiated just so far that it is stationary on the first training part. */
  fracDiff: z
    .strictObject({
      enabled: z.boolean(),
      /** Bars of the window; the feature has its first value at the last of them. */
      width: positiveInt.min(10).max(1_000),
    })
    .default({ enabled: false, width: 100 }),
  /** Other symbols of the source whose bars are laid beside, as of each bar's close. */
  cross: z.array(z.string().min(1)).max(4).default([]),
  /** A bar of theirs that closed longer ago is not laid beside: a weekend and a holiday pass, a delisting does not. */
  crossMaxAgeDays: z.number().positive().max(366).default(4),
});

const horizonSchema = z.strictObject({
  /** The vertical barrier: bars from entry until a time-out. */
  bars: positiveInt.max(10_000),
  /** Barrier distances as multiples of ATR; symmetric by default. */
  upAtr: z.number().positive(),
  downAtr: z.number().positive(),
});

/** Weights of training rows, made at the fit from the training rows of the fold alone, of mean 1. */
const weightsSchema = z.strictObject({
  /** Rows whose labels overlap many others weigh less: average uniqueness. */
  uniqueness: z.boolean(),
  /** Rows weigh what their label had of the market's moves; takes the place of uniqueness. */
  returnAttribution: z.boolean(),
  /** What the oldest row keeps of its weight, 1 all, 0 nothing; below 0: that share of the oldest weighs nothing; null: no decay. */
  timeDecay: z.number().gt(-1).max(1).nullable(),
});

/** A genetic search for the multiples and the length of each horizon's barriers, on the first training part only. */
const barrierSearchSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  /** Candidates of a generation, and generations: their product is the budget of each horizon. */
  population: positiveInt.min(2).max(1_000),
  generations: positiveInt.max(1_000),
  /** The best of a generation that live on as they are. */
  elite: z.number().int().nonnegative(),
  /** Probability that a gene moves. */
  mutation: z.number().min(0).max(1),
  /** Classes that are as frequent, labels that overlap little, or what a side told right earns a bar after costs. */
  objective: z.enum(['balance', 'uniqueness', 'expectancy']),
  /** Whether multiples that differ are looked for; taken only where they win on rows that the search has not seen. */
  asymmetric: z.boolean(),
});

/** The rule that takes a side, from one computed feature; the model then learns whether that side is right. */
export const primarySchema = z.strictObject({
  /** Column of the features. */
  feature: z.string().min(1),
  /** Long above it by more than `band`, short below it by more than `band`, flat between. */
  centre: z.number().default(0),
  band: z.number().nonnegative().default(0),
  /** `with` the feature, or `against` it: what is high is expected to fall. */
  side: z.enum(['with', 'against']).default('with'),
});

const trendSchema = z.strictObject({
  /** Bars of the shortest trend; the longest has those of the horizon. */
  leastBars: positiveInt.min(2),
  /** Below this |t-value| there is no trend: a time-out, under the rule `timeouts`. */
  leastT: z.number().nonnegative(),
});
const TREND_DEFAULTS = { leastBars: 5, leastT: 2 };

const labelsSchema = z.strictObject({
  /** By barriers, or by the sign of the steadiest trend within the horizon, whose multiples are not looked at then. */
  kind: z.enum(['tripleBarrier', 'trendScanning']).default('tripleBarrier'),
  trend: trendSchema.default(TREND_DEFAULTS),
  horizons: z.array(horizonSchema).min(1).max(8),
  atrPeriod: positiveInt.min(2),
  /** What a time-out becomes: a class of its own, the class of its final position, or no training row. */
  timeouts: z.enum(['class', 'sign', 'drop']),
  /** Bars whose nearer barrier is no farther than this from their close, in basis points, have no label and are not traded. */
  minReturnBps: z.number().nonnegative().max(10_000).default(0),
  /** Meta-labels: null has none, and labels ask where the price goes. */
  meta: primarySchema.nullable().default(null),
  weights: weightsSchema,
  search: barrierSearchSettingsSchema,
});

const groupsSchema = z.strictObject({
  /** Groups that the series behind the prologue is cut into. */
  count: positiveInt.min(2).max(1_000),
  /** Groups that a fold of CPCV tests; purged k-fold tests one. */
  testGroups: positiveInt.max(1_000),
  /** Share of the bars, at the start, that is never tested and always trained on. */
  prologueShare: share,
  /** Moves the borders so that each group has a like share of calm, usual and wild bars. */
  stratifyByRegime: z.boolean(),
});
const GROUP_DEFAULTS = { count: 6, testGroups: 2, prologueShare: 0.2, stratifyByRegime: false };

export const splitsSchema = z.strictObject({
  scheme: z.enum(['holdout', 'walkForward', 'purgedKFold', 'cpcv']),
  holdout: z.strictObject({ train: share, validation: share, test: share }),
  /** Measured in time from the first bar, so that later data never moves an earlier fold. */
  walkForward: z.strictObject({
    /** Whether training always begins at the first bar, or moves on with a length of `firstTrainDays`. */
    window: z.enum(['anchored', 'rolling']).default('anchored'),
    firstTrainDays: z.number().positive(),
    validationDays: z.number().positive(),
    testDays: z.number().positive(),
  }),
  /** Of purged k-fold and CPCV. Has defaults here, for configurations written before it was. */
  groups: groupsSchema.default(GROUP_DEFAULTS),
  /** Bars left out before each part; null: three times the longest label. Below one times is refused. */
  purgeBars: positiveInt.nullable(),
  /** Whether the embargo is `embargoDays`, or as long as the features remember (autocorrelation), and at least that. */
  embargo: z.enum(['fixed', 'autocorrelation']).default('fixed'),
  /** Trading days left out after a part before training may go on. */
  embargoDays: z.number().nonnegative(),
  /** The least rows a part must keep; with nets at least `nets.lookback`. */
  minPartRows: positiveInt,
});

/** Tests for unit roots and breaks of features and targets on the first training part, for the report. */
const diagnoseSchema = z.strictObject({ enabled: z.boolean() });

/** Which features a fit is given; chosen once a symbol on the first training part. Has defaults for older configurations. */
const selectSchema = z.strictObject({
  enabled: z.boolean(),
  /** Of features whose |correlation| is above, the one that separates the classes best stays. */
  maxCorrelation: z.number().gt(0).max(1),
  /** The most features that stay. */
  maxFeatures: positiveInt.max(100),
  /** What ranks them: a small LightGBM model's gains, permutations of rows that it did not learn from, or separation alone. */
  method: z.enum(['gain', 'permutation', 'none']),
  /** Share of the variance of the scaled features that principal components must explain, fitted on every fold's training rows; null: none. */
  pca: share.nullable().default(null),
});
const SELECT_DEFAULTS = { enabled: false, maxCorrelation: 0.8, maxFeatures: 50, method: 'gain' as const, pca: null };

/** By mean and deviation, by median and interquartile range, or to normal scores; always of the training rows of the fold. */
const scalingSchema = z.enum(['standard', 'robust', 'quantile']);

/** More training rows for every fold, made at its fit from the bars of its training part alone; never judged on. */
const augmentationSchema = z.strictObject({
  kind: z.enum(['none', 'stationaryBootstrap', 'movingBlock', 'regimeBlocks', 'arGarch', 'timeWarp']),
  /** Synthetic series, each about as long as the training part. */
  copies: positiveInt.max(10),
  /** Bars of a block, on average; of a turn of the speed in timeWarp. Longer than labels and most features look. */
  meanBlockBars: positiveInt.max(100_000),
});
const AUGMENTATION_DEFAULTS = { kind: 'none' as const, copies: 1, meanBlockBars: 250 };

export const CALIBRATION_METHODS = ['none', 'isotonic', 'platt', 'temperature'] as const;
const calibrationSchema = z.strictObject({
  methods: z.array(z.enum(CALIBRATION_METHODS)).min(1),
});

const backtestSchema = z.strictObject({
  /** Paid on each side of a trade, in basis points of the price. */
  costBps: z.number().nonnegative(),
  slippageBps: z.number().nonnegative(),
  /** A position is taken only where |P(up) - P(down)| exceeds this. */
  minEdge: z.number().min(0).max(1),
});

const evaluationSchema = z.strictObject({
  bootstrapSamples: z.number().int().min(0).max(10_000),
  eceBins: positiveInt.min(2).max(100),
  /** Bars over which volatility and trend are measured, by which rows are told apart into regimes. */
  regimeBars: positiveInt.min(10).max(10_000).default(60),
});

const executionSchema = z.strictObject({
  maxParallelSymbols: positiveInt.max(200),
  /** Share of symbols that must succeed for the run not to fail. */
  successQuorum: z.number().min(0).max(1),
  /** A computation that gives no sign of life for so long is begun again by another worker. */
  heartbeatSeconds: z.number().int().min(5).max(600),
  /** A computation that takes longer is taken for hung and begun again. */
  maxStageMinutes: z
    .number()
    .min(0.5)
    .max(7 * 24 * 60),
});

/** The parts of the configuration that may differ from symbol to symbol. */
export const symbolConfigShape = {
  clean: cleanSchema,
  features: featuresSchema,
  labels: labelsSchema,
  splits: splitsSchema,
  diagnose: diagnoseSchema.default({ enabled: false }),
  select: selectSchema.default(SELECT_DEFAULTS),
  scaling: scalingSchema.default('standard'),
  augmentation: augmentationSchema.default(AUGMENTATION_DEFAULTS),
  models: modelsSchema,
  nets: netsSchema,
  calibration: calibrationSchema,
  backtest: backtestSchema,
  evaluation: evaluationSchema,
};

export const runConfigSchema = z.strictObject({
  source: z.discriminatedUnion('kind', [generatedSourceSchema, filesSourceSchema, httpSourceSchema]),
  /** Only these symbols; null: all that the source has. */
  symbols: z.array(z.string().min(1)).min(1).nullable(),
  /** Bars that close later are not used; null: the instant the run starts. */
  asOf: instant.nullable(),
  ...symbolConfigShape,
  /** Differences for single symbols; any part of clean … evaluation. Checked after it is laid over the rest. */
  perSymbol: z.record(z.string(), z.record(z.string(), z.unknown())),
  /** Whose ledger the trials of this run enter; null: one study for each source. Runs of one study are counted together. */
  study: z.string().min(1).max(100).nullable().default(null),
  execution: executionSchema,
  seed: z.number().int().nonnegative(),
  /** The last stage to run; null: all. */
  until: z.enum(STAGE_NAMES).nullable(),
  /** The first stage to run; what comes before must be in the store already; null: all. */
  from: z.enum(STAGE_NAMES).nullable(),
});

export const symbolConfigSchema = z.strictObject(symbolConfigShape);

export type RunConfig = z.infer<typeof runConfigSchema>;
export type SymbolConfig = z.infer<typeof symbolConfigSchema>;
export type SourceConfig = RunConfig['source'];
export type PrimaryConfig = z.infer<typeof primarySchema>;
export type CalibrationMethod = (typeof CALIBRATION_METHODS)[number];
