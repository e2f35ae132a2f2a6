import { z } from 'zod';
import type { GateSettings } from './gate-settings';
import { gateSettingsSchema } from './gate-settings';
import { gateVerdictSchema } from './registry';
import type { GateVerdict } from './registry';
import type { RunSummary } from './run';

/**
 * A look costs some eleven events of a history that may hold 51,200, and names up to two hundred symbols twice: five hundred
 * of them stay below a fifth of either limit.
 */
const MAX_LOOKS = 500;

/** What is done about symbols whose newest bar is too old when a run begins. */
export const lateDataSchema = z
  .strictObject({
    /** A symbol whose newest bar is older than this many hours before the as-of instant is late. */
    maxAgeHours: z.number().positive().default(30),
    /** How long after the as-of instant late symbols are waited for while the others go on; zero: not at all. Four weeks at most. */
    waitMinutes: z
      .number()
      .nonnegative()
      .max(28 * 24 * 60)
      .default(120),
    /** Between two looks. */
    everyMinutes: z
      .number()
      .min(1)
      .max(24 * 60)
      .default(10),
    /** What becomes of a symbol that is late at the end: it fails alone, or is trained on the bars that are there. */
    atEnd: z.enum(['fail', 'train']).default('fail'),
  })
  .refine(({ waitMinutes, everyMinutes }) => waitMinutes / everyMinutes <= MAX_LOOKS, {
    path: ['everyMinutes'],
    error: `waitMinutes over everyMinutes is the number of looks, and a run looks at most ${String(MAX_LOOKS)} times: wait for a shorter time or look less often`,
  });
export type LateData = z.infer<typeof lateDataSchema>;

const approvalHoursSchema = z
  .number()
  .positive()
  .max(24 * 365)
  .default(72);

/** Input of `dailyRetrain`, as it stands in the schedule or is typed in the UI; everything has a default. */
export const retrainInputSchema = z.strictObject({
  /** Names the models: `daily` gives `daily/XAG-h20`. */
  set: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,40}$/)
    .default('daily'),
  /** What a run's input would be: preset, source, differences from the defaults. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** The day to train as of, for an execution that no schedule started: a scheduled one trains as of its day. null: now. */
  asOf: z.iso.datetime().nullable().default(null),
  lateData: lateDataSchema.prefault({}),
  gate: gateSettingsSchema.prefault({}),
  promotion: z.enum(['automatic', 'approval']).default('automatic'),
  /** How long an approval is waited for before the challenger is left where it is. */
  approvalHours: approvalHoursSchema,
  /** Whether models are promoted although fewer symbols succeeded than `config.execution.successQuorum` asks for. */
  promoteBelowQuorum: z.boolean().default(false),
});
export type RetrainInput = z.infer<typeof retrainInputSchema>;

/** What the first activity of `dailyRetrain` makes of its input. */
export interface RetrainPlan extends Omit<RetrainInput, 'asOf'> {
  readonly storeId: string;
  readonly asOfMs: number;
}

/** Input of the activity that makes it. */
export interface PrepareRetrainInput {
  /** The store that whoever started it reads from; null where nobody said. */
  readonly storeId: string | null;
  /** As it was typed. */
  readonly input: unknown;
  /** The calendar's instant, jitter and delay left out; null where no schedule started this execution. */
  readonly scheduledMs: number | null;
  readonly startedAtMs: number;
}

/** Input of `promoteModel`. */
export const promoteInputSchema = z.strictObject({
  model: z.string().min(1),
  version: z.number().int().positive(),
  /** The champion that the verdict compares with; left out: the one that stands now. */
  champion: z.number().int().positive().nullable().optional(),
  /** What the gate said already; null or left out: it is asked. */
  verdict: gateVerdictSchema.nullable().default(null),
  /** Left out: the limits of the set when the version was registered. */
  gate: gateSettingsSchema.optional(),
  approvalHours: approvalHoursSchema,
});

/** What the first activity of `promoteModel` makes of its input. */
export interface PromotionPlan extends Omit<z.infer<typeof promoteInputSchema>, 'champion' | 'gate'> {
  readonly gate: GateSettings;
  readonly champion: number | null;
  readonly storeId: string;
}

/** What became of one model of a retrain, with the reason in a sentence. */
export interface PromotionOutcome {
  readonly model: string;
  readonly version: number;
  /** `awaiting`: a person is asked; `failed`: it could not be judged or entered, and aliases stay as they were. */
  readonly outcome: 'first' | 'promoted' | 'refused' | 'awaiting' | 'approved' | 'rejected' | 'expired' | 'failed';
  readonly reason: string;
  readonly verdict: GateVerdict | null;
}

/** One line of a retrain's answer: the verdict stands in the model's assignment, its numbers in the evidence. */
export interface RetrainOutcome {
  readonly model: string;
  /** null where it could not be registered. */
  readonly version: number | null;
  readonly outcome: PromotionOutcome['outcome'];
  /** Shortened; whole in the audit log. */
  readonly reason: string;
  /** Reference of the numbers behind the verdict; null where there was none. */
  readonly evidence: string | null;
}

/** What `dailyRetrain` answers. */
export interface RetrainResult {
  readonly set: string;
  readonly asOf: string;
  readonly run: RunSummary;
  /** How many models came to each end. */
  readonly counts: Partial<Readonly<Record<PromotionOutcome['outcome'], number>>>;
  /** By name, at most a few hundred: where there are more, those that somebody has to look at come before the promoted. */
  readonly outcomes: readonly RetrainOutcome[];
  /** How many are not among `outcomes`; the audit log and the registry have them. */
  readonly leftOut: number;
}
