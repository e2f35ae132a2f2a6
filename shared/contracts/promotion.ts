import { z } from 'zod';
import { gateVerdictSchema } from './registry';
import { retrainInputSchema } from './retrain';

const versionNumber = z.number().int().positive();
const gateSchema = retrainInputSchema.shape.gate;

/** Input of `registerModels`: a run whose record is written, and the name of the set that its models join. */
export const registerModelsInputSchema = z.strictObject({
  runId: z.string().min(1),
  set: retrainInputSchema.shape.set.unwrap(),
  /** The instant as of which the run trained. */
  asOfMs: z.number().int(),
  storeId: z.string(),
});
export type RegisterModelsInput = z.infer<typeof registerModelsInputSchema>;

/** One model of a run in the registry: its new version, and the champion that it has to be compared with. */
export interface RegisteredModel {
  readonly model: string;
  readonly version: number;
  /** null: nothing to compare with, it becomes the champion as the first. */
  readonly champion: number | null;
  readonly symbol: string;
  readonly horizonBars: number;
}

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
