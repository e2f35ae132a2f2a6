import { z } from 'zod';
import type { OptionalStage } from '../names/stages';
import { OPTIONAL_STAGES, STAGE_NAMES } from '../names/stages';
import type { ArtifactRef } from './artifact';
import { artifactRefSchema } from './artifact';
import { stageOutcomeSchema } from './stages';

/** Late symbols of a run: how old is too old, until when they are waited for, and what becomes of them then. */
const lateDataPlanSchema = z.strictObject({
  maxAgeMs: z.number().positive(),
  everyMs: z.number().positive(),
  untilMs: z.number().int(),
  atEnd: z.enum(['fail', 'train']),
});
export type LateDataPlan = z.infer<typeof lateDataPlanSchema>;

/** A symbol whose newest bar is too old. */
export interface LateSymbol {
  readonly symbol: string;
  /** Close instant of its newest bar; null where the source has none of it, or could not be asked. */
  readonly newestMs: number | null;
  /** Why it is not known: a code of the error table. Absent where the source answered. */
  readonly trouble?: string;
}

/** What the first activity of a run makes of its input: everything a workflow needs to know, without data. */
const runPlanSchema = z.strictObject({
  config: artifactRefSchema,
  /** The store that the run lives in: a worker of another one must not touch it. */
  storeId: z.string(),
  asOfMs: z.number().int(),
  symbols: z.array(z.string()).min(1),
  maxParallelSymbols: z.number().int().positive(),
  successQuorum: z.number(),
  /** Bounds of every computation, from `execution`. */
  limits: z.strictObject({ heartbeatMs: z.number().int().positive(), stageMs: z.number().int().positive() }),
  /** The queue that bars are fetched on; not there: cpu. */
  ingestOn: z.enum(['cpu', 'vendor']).optional(),
  /** Which symbols have a stage that not every symbol has; `all`, or their names. Not there: none. */
  optionalStages: z.partialRecord(z.enum(OPTIONAL_STAGES), z.union([z.literal('all'), z.array(z.string())])).optional(),
  from: z.enum(STAGE_NAMES).nullable(),
  until: z.enum(STAGE_NAMES).nullable(),
  /** By symbol, the symbols whose bars are laid beside its own; not there: none of any. */
  cross: z.record(z.string(), z.array(z.string()).min(1)).optional(),
  /** Absent: bars are taken as they are. */
  lateData: lateDataPlanSchema.optional(),
});
export type RunPlan = z.infer<typeof runPlanSchema>;

const failureSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  stage: z.enum(STAGE_NAMES).nullable(),
});
export type Failure = z.infer<typeof failureSchema>;

/** Input of `trainSymbol`. */
export interface TrainSymbolInput {
  readonly runId: string;
  readonly symbol: string;
  readonly config: ArtifactRef;
  readonly storeId: string;
  /** Not there in runs that were begun by a version without them. */
  readonly limits?: RunPlan['limits'];
  readonly ingestOn?: RunPlan['ingestOn'];
  /** The stages that this symbol has besides those that all have; not there: none. */
  readonly optionalStages?: readonly OptionalStage[];
  readonly asOfMs: number;
  readonly from: RunPlan['from'];
  readonly until: RunPlan['until'];
  readonly paused: boolean;
  /** Symbols whose bars are laid beside its own; not there: none. */
  readonly cross?: readonly string[];
}

/** What a symbol answers to its run: its record by reference and a line for a table. */
const symbolResultSchema = z.strictObject({
  symbol: z.string(),
  status: z.enum(['done', 'failed']),
  failure: failureSchema.nullable(),
  record: artifactRefSchema.nullable(),
  cacheHits: z.number(),
});
export type SymbolResult = z.infer<typeof symbolResultSchema>;

export const recordSymbolInputSchema = z.strictObject({
  /** For people who look at the activity. */
  runId: z.string(),
  storeId: z.string(),
  symbol: z.string(),
  failure: failureSchema.nullable(),
  outcomes: z.array(stageOutcomeSchema),
  /** The run's configuration: names the study whose ledger the trials enter. Workflows of earlier versions give none. */
  config: artifactRefSchema.optional(),
});
export type RecordSymbolInput = z.infer<typeof recordSymbolInputSchema>;

/** The record by reference and the best model's headline numbers, for search attributes. */
export interface RecordedSymbol {
  readonly record: ArtifactRef;
  readonly sharpe: number | null;
  readonly brier: number | null;
  readonly family: string | null;
}

export const writeReportInputSchema = z.strictObject({
  runId: z.string(),
  plan: runPlanSchema,
  startedAtMs: z.number(),
  results: z.array(symbolResultSchema),
});
export type WriteReportInput = z.infer<typeof writeReportInputSchema>;

/** What a run answers. */
export interface RunSummary {
  readonly runId: string;
  readonly status: 'done' | 'partial' | 'failed';
  readonly symbols: number;
  readonly done: number;
  readonly failed: number;
  readonly cacheHits: number;
  /** Key of the report in the store. */
  readonly report: string;
  readonly record: string;
}
