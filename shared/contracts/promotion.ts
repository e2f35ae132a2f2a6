import { z } from 'zod';
import { artifactRefSchema } from './artifact';
import { gateSettingsSchema } from './gate-settings';
import { gateCheckSchema, gateVerdictSchema, modelOverfittingSchema } from './registry';
import { retrainInputSchema } from './retrain';
import { modelFamilySchema } from './stages';

const versionNumber = z.number().int().positive();
const gateSchema = gateSettingsSchema.prefault({});

/** Input of `registerModels`: a run whose record is written, and the name of the set that its models join. */
export const registerModelsInputSchema = z.strictObject({
  runId: z.string().min(1),
  set: retrainInputSchema.shape.set.unwrap(),
  /** The instant as of which the run trained. */
  asOfMs: z.number().int(),
  /** The limits of the set's gate: kept with each version, so that who judges it later judges by the same. */
  gate: gateSchema,
  storeId: z.string(),
  /** A part of the run's symbols, by their place in its record; left out: all of them. */
  part: z.strictObject({ from: z.number().int().nonnegative(), to: z.number().int().positive() }).optional(),
});
export type RegisterModelsInput = z.input<typeof registerModelsInputSchema>;

/** One model of a run in the registry: its new version, and the champion that it has to be compared with. */
export interface RegisteredModel {
  readonly model: string;
  readonly version: number;
  /** null: nothing to compare with, it becomes the champion as the first. */
  readonly champion: number | null;
  readonly symbol: string;
  readonly horizonBars: number;
}

/** One model of a run that has no version: the others have. */
export interface UnregisteredModel {
  readonly model: string;
  readonly symbol: string;
  readonly horizonBars: number;
  readonly failure: { readonly code: string; readonly message: string };
}

/** What `registerModels` answers of each model. */
export type Registration = RegisteredModel | UnregisteredModel;

/** Input of `judgeModel`: the challenger `version` against the champion, on the challenger's test bars. */
export const judgeModelInputSchema = z.strictObject({
  model: z.string().min(1),
  version: versionNumber,
  champion: versionNumber,
  gate: gateSchema,
  storeId: z.string(),
});
export type JudgeModelInput = z.input<typeof judgeModelInputSchema>;

/** Input of `assignModel`: what is to be done to the aliases of a model, by whom and why. */
export const assignModelInputSchema = z.strictObject({
  model: z.string().min(1),
  /** The version that becomes the champion, or is refused; of a rollback: the one rolled back to. */
  version: versionNumber,
  /** The champion as the caller knows it; where another one stands meanwhile nothing is done (`ChampionMoved`). */
  champion: versionNumber.nullable(),
  action: z.enum(['first', 'promote', 'approve', 'refuse', 'reject', 'expire', 'rollback']),
  who: z.string().min(1),
  why: z.string().min(1),
  verdict: gateVerdictSchema.nullable(),
  storeId: z.string(),
});
export type AssignModelInput = z.infer<typeof assignModelInputSchema>;

const contestantSchema = z.strictObject({
  version: versionNumber,
  family: modelFamilySchema,
  bundle: artifactRefSchema,
  trainedUntilMs: z.number().int(),
  overfitting: modelOverfittingSchema.optional(),
});
export type Contestant = z.infer<typeof contestantSchema>;

/** Two versions, and the limits of the gate between them. */
export const comparisonSchema = z.strictObject({
  horizonBars: z.number().int().positive(),
  champion: contestantSchema,
  challenger: contestantSchema,
  gate: gateSchema,
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** Input of the computation behind `judgeModel`, as a compute child receives it. */
export const judgeTaskSchema = comparisonSchema.extend({
  scope: z.strictObject({
    /** The run that made the challenger: its attempts are entered there. */
    runId: z.string(),
    symbol: z.string(),
    storeId: z.string(),
    mustBeCached: z.literal(false),
  }),
});
export type JudgeTask = z.infer<typeof judgeTaskSchema>;

const scoresSchema = z.strictObject({
  logLoss: z.number().nullable(),
  skill: z.number().nullable(),
  ece: z.number().nullable(),
});

/** The numbers behind a verdict, as they stand in the store. */
export const gateEvidenceSchema = z.strictObject({
  champion: z.strictObject({ bundle: z.string(), trainedUntilMs: z.number(), scores: scoresSchema }),
  challenger: z.strictObject({ bundle: z.string(), trainedUntilMs: z.number(), scores: scoresSchema }),
  /** First and last close instant of the common rows. */
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
  rows: z.number().int().nonnegative(),
  leftOut: z.strictObject({ withoutClass: z.number(), championOnly: z.number(), challengerOnly: z.number() }),
  spanBars: z.number(),
  classShares: z.array(z.number()),
  baseLogLoss: z.number().nullable(),
  /** The challenger's probabilities here against those of its own run on the same rows: next to nothing where all is well. */
  largestDeviation: z.number().nullable(),
  gate: gateSchema,
  passed: z.boolean(),
  checks: z.array(gateCheckSchema).min(1),
});
export type GateEvidenceRecord = z.infer<typeof gateEvidenceSchema>;
