import { z } from 'zod';
import type { Rung } from '../names/rungs';
import { STAGE_NAMES } from '../names/stages';
import { artifactRefSchema } from './artifact';
import { modelsSchema } from './config/models-schema';
import { pinnedSeriesSchema, revisionSchema } from './vendor';

export const modelFamilySchema = modelsSchema.keyof();

/** What every stage of a symbol is given: whose it is, and the run's configuration by reference. */
const symbolScopeSchema = z.strictObject({
  /** The root run (a retry's computations are counted with the run it mends). */
  runId: z.string().min(1),
  symbol: z.string().min(1),
  config: artifactRefSchema,
  /** The store that the run lives in. */
  storeId: z.string(),
  /** Bars that close later are not used. Selects bars; enters no key. */
  asOfMs: z.number().int(),
  /** The run began at a later stage: what comes before must be in the store already. */
  mustBeCached: z.boolean(),
});
export type SymbolScope = z.infer<typeof symbolScopeSchema>;

/** What a stage answers: references and small numbers, never data. */
export const stageOutcomeSchema = z.strictObject({
  stage: z.enum(STAGE_NAMES),
  part: z.string(),
  key: z.string(),
  cacheHit: z.boolean(),
  /** Of this activity: next to nothing for a cache hit. */
  seconds: z.number(),
  outputs: z.record(z.string(), artifactRefSchema),
  facts: z.record(z.string(), z.json()),
});
export type StageOutcome = z.infer<typeof stageOutcomeSchema>;

export const ingestInputSchema = z.strictObject({
  scope: symbolScopeSchema,
  /** Of a vendor: what is read, put in by the activity before it looks for a result; never by a workflow. */
  pinned: pinnedSeriesSchema.optional(),
});
export type IngestInput = z.infer<typeof ingestInputSchema>;

export const ingestFactsSchema = z.strictObject({
  rows: z.number(),
  timeframeMs: z.number(),
  maxTimeMs: z.number().nullable(),
  sorted: z.boolean(),
  stampNote: z.string(),
  /** Of a vendor: what this run found told otherwise than the last one did. Enters no key. */
  revision: revisionSchema.nullable().optional(),
  /** Why that could not be found out, in a sentence. Enters no key. */
  notCompared: z.string().optional(),
});

export const cleanInputSchema = z.strictObject({
  scope: symbolScopeSchema,
  rawBars: artifactRefSchema,
  raw: ingestFactsSchema,
});
export type CleanInput = z.infer<typeof cleanInputSchema>;

/** Clean bars of another symbol that are laid beside a series. */
const crossBarsSchema = z.strictObject({ symbol: z.string().min(1), bars: artifactRefSchema });
export type CrossBars = z.infer<typeof crossBarsSchema>;

export const featuresInputSchema = z.strictObject({
  scope: symbolScopeSchema,
  bars: artifactRefSchema,
  timeframeMs: z.number(),
  /** Of `features.cross`, in its order; not there: none. */
  cross: z.array(crossBarsSchema).optional(),
});
export type FeaturesInput = z.infer<typeof featuresInputSchema>;

export const barriersInputSchema = z.strictObject({ scope: symbolScopeSchema, bars: artifactRefSchema });
export type BarriersInput = z.infer<typeof barriersInputSchema>;

export const labelsInputSchema = z.strictObject({
  scope: symbolScopeSchema,
  bars: artifactRefSchema,
  /** What a search found; not there: the configured barriers. */
  barriers: artifactRefSchema.optional(),
  /** Of which meta-labels take their side. */
  features: artifactRefSchema.optional(),
});
export type LabelsInput = z.infer<typeof labelsInputSchema>;

/** Label tables by horizon: the key is the number of bars, as text. */
const labelTablesSchema = z.record(z.string(), artifactRefSchema);

export const splitsInputSchema = z.strictObject({
  scope: symbolScopeSchema,
  bars: artifactRefSchema,
  labels: labelTablesSchema,
  /** What an embargo by autocorrelation is measured on, and what the keys of fits name row by row. */
  features: artifactRefSchema.optional(),
});
export type SplitsInput = z.infer<typeof splitsInputSchema>;

export const diagnoseInputSchema = z.strictObject({
  scope: symbolScopeSchema,
  bars: artifactRefSchema,
  features: artifactRefSchema,
  labels: labelTablesSchema,
});
export type DiagnoseInput = z.infer<typeof diagnoseInputSchema>;

export const selectInputSchema = z.strictObject({
  scope: symbolScopeSchema,
  features: artifactRefSchema,
  labels: labelTablesSchema,
  folds: artifactRefSchema,
});
export type SelectInput = z.infer<typeof selectInputSchema>;

const deviceSchema = z.enum(['cpu', 'gpu']);

/** One fit: a family on a fold, of one horizon, or of several at once for a net. */
export const fitTaskSchema = z.strictObject({
  family: modelFamilySchema,
  horizons: z.array(z.number().int().positive()).min(1),
  foldId: z.string(),
  /** Whose queue it starts on; the ladder may move it to the processor. */
  device: deviceSchema,
  /** Whether it can be stopped in its midst and goes on from a checkpoint. */
  resumable: z.boolean(),
});
export type FitTask = z.infer<typeof fitTaskSchema>;

const rungSchema = z.strictObject({
  cause: z.enum(['OutOfMemory', 'DeviceFailure', 'NumericalFailure']),
  microBatch: z.number().int().positive(),
  learningRateScale: z.number().positive(),
  device: deviceSchema,
  atStep: z.number().int().nonnegative(),
  note: z.string(),
}) satisfies z.ZodType<Rung>;

export const trainInputSchema = z.strictObject({
  scope: symbolScopeSchema,
  task: fitTaskSchema,
  features: artifactRefSchema,
  /** Which columns of the features a fit is given; not there: all. */
  selection: artifactRefSchema.optional(),
  timeframeMs: z.number(),
  /** Of the task's horizons. */
  labels: labelTablesSchema,
  folds: artifactRefSchema,
  /** What each fold can have seen of the tables; not there: they stand in the key whole. */
  seen: artifactRefSchema.optional(),
  /** Whose prices weights by return attribution are made of; not there in runs begun by a version without them. */
  bars: artifactRefSchema.optional(),
  /** What the features stage fitted, by which synthetic rows are differenced too; not there: nothing. */
  fitted: artifactRefSchema.optional(),
  /** By which the labels were made, so that synthetic rows are labelled alike; not there: as configured. */
  barriers: artifactRefSchema.optional(),
  /** Steps down the ladder so far in this run; a checkpoint may know of more. */
  rungs: z.array(rungSchema),
  /** Where the last execution left its checkpoints, if that was on another device; else its own are looked at. */
  resumeFrom: z.string().nullable(),
});
export type TrainInput = z.infer<typeof trainInputSchema>;

/** What one fit left: its model and its out-of-sample predictions. */
const fitResultSchema = z.strictObject({
  foldId: z.string(),
  model: artifactRefSchema,
  predictions: artifactRefSchema,
});
export type FitResult = z.infer<typeof fitResultSchema>;

/** One family on one horizon, over all folds. */
const modelScopeShape = {
  scope: symbolScopeSchema,
  family: modelFamilySchema,
  horizonBars: z.number().int().positive(),
  labels: artifactRefSchema,
  fits: z.array(fitResultSchema).min(1),
};

export const calibrateInputSchema = z.strictObject(modelScopeShape);
export type CalibrateInput = z.infer<typeof calibrateInputSchema>;

export const evaluateInputSchema = z.strictObject({
  scope: symbolScopeSchema,
  family: modelFamilySchema,
  horizonBars: z.number().int().positive(),
  bars: artifactRefSchema,
  labels: artifactRefSchema,
  predictions: artifactRefSchema,
});
export type EvaluateInput = z.infer<typeof evaluateInputSchema>;

export const bundleInputSchema = z.strictObject({
  ...modelScopeShape,
  timeframeMs: z.number(),
  bars: artifactRefSchema,
  calibrators: artifactRefSchema,
  predictions: artifactRefSchema,
  /** Says which fit has trained furthest; without it that is the last. */
  folds: artifactRefSchema.optional(),
  /** What the features stage fitted, and the bars that it laid beside; not there: nothing. */
  fitted: artifactRefSchema.optional(),
  cross: z.array(crossBarsSchema).optional(),
});
export type BundleInput = z.infer<typeof bundleInputSchema>;
