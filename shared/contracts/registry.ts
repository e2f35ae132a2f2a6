import { z } from 'zod';
import { artifactRefSchema } from './artifact';
import { gateSettingsSchema } from './gate-settings';

/**
 * The model registry: `models/<model>/versions/<n>.json` (immutable, exclusive) and `models/<model>/assignments/<n>.json`
 * (an append-only sequence of exclusive writes: the newest says which version each alias stands for). A promotion is one
 * exclusive write of the next assignment, so of two promoters at once exactly one succeeds, and aliases change together.
 */
export const MODEL_ALIASES = ['champion', 'challenger', 'previous'] as const;
export type ModelAlias = (typeof MODEL_ALIASES)[number];

const versionNumber = z.number().int().positive();

/** Headline numbers by name with their 95 % intervals; null where a number is not defined or no interval is computed. */
const metricsSchema = z.record(
  z.string(),
  z.strictObject({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() }),
);

/** How a model stands against the luck of its study; null where a number is not defined, all of them where the ledger is broken. */
export const modelOverfittingSchema = z.strictObject({
  study: z.string(),
  trials: z.number().int().nonnegative(),
  /** SR0 and the model's Sharpe ratio, per day. */
  expectedMaximum: z.number().nullable(),
  sharpePerDay: z.number().nullable(),
  psr: z.number().nullable(),
  dsr: z.number().nullable(),
  pbo: z.number().nullable(),
});

/** One registered model: a bundle, where it came from and what was measured of it. */
export const modelVersionSchema = z.strictObject({
  /** `<set>/<symbol>-h<bars>`: `daily/XAG-h20`. */
  model: z.string().min(1),
  version: versionNumber,
  bundle: artifactRefSchema,
  runId: z.string(),
  symbol: z.string(),
  family: z.string(),
  horizonBars: z.number().int().positive(),
  /** The day for which it was trained: bars that closed by then. */
  asOf: z.iso.datetime(),
  registeredAt: z.iso.datetime(),
  /** Last close instant of a bar that its training or validation part touched; test bars come later. */
  trainedUntilMs: z.number().int(),
  /** Mean log loss on the choosing halves, by which this family was chosen: never on test rows. */
  choosingLogLoss: z.number().nullable(),
  /** Every family of the run for this symbol and horizon, with what it was compared by. */
  candidates: z.array(z.strictObject({ family: z.string(), choosingLogLoss: z.number().nullable() })),
  /** The bars that it was made of. */
  data: z.strictObject({
    bars: z.number().int().nonnegative(),
    firstMs: z.number().nullable(),
    lastMs: z.number().nullable(),
    foldId: z.string(),
    /** Close instants of the first and last bar of each part of that fold, before purging. */
    parts: z.record(z.string(), z.tuple([z.number(), z.number()])),
  }),
  /** The calibrator of each fold, in their order. */
  calibrators: z.array(z.string()),
  /** Sentences of the evaluation that a reader must see. */
  warnings: z.array(z.string()),
  /** Test rows behind the metrics. */
  testRows: z.number().int().nonnegative(),
  metrics: metricsSchema,
  /** What is put beside it: the forecast of the class shares, else the other simplest family of the run; null where there is none. */
  baseline: z.strictObject({ family: z.string(), metrics: metricsSchema }).nullable(),
  /** What the ledger of its study said when it was registered; versions from before there was one have none. */
  overfitting: modelOverfittingSchema.optional(),
  /** The limits of its set's gate when it was registered; versions from before they were kept have none. */
  gate: gateSettingsSchema.optional(),
});
export type ModelVersion = z.infer<typeof modelVersionSchema>;

/** One check of the promotion gate: a name, what was measured, what was wanted, and whether it passed. */
export const gateCheckSchema = z.strictObject({
  name: z.string(),
  passed: z.boolean(),
  /** One sentence with the numbers. */
  sentence: z.string(),
  measured: z.number().nullable(),
  wanted: z.number().nullable(),
});

/** What the gate says of a challenger: every check by name; promoted only where all passed. */
export const gateVerdictSchema = z.strictObject({
  passed: z.boolean(),
  checks: z.array(gateCheckSchema).min(1),
  /** Test rows that both models were judged on. */
  rows: z.number().int().nonnegative(),
  /** The numbers behind the checks, in the store. */
  evidence: artifactRefSchema.nullable(),
  /** The limits that it was judged by; verdicts from before they were kept have none. */
  gate: gateSettingsSchema.optional(),
});
export type GateVerdict = z.infer<typeof gateVerdictSchema>;

/**
 * What was done to a model's aliases: a challenger was registered; promoted as the first champion, by the gate alone, or
 * with a person's approval; refused by the gate, rejected by a person, left because nobody answered; or rolled back.
 */
const ASSIGNMENT_ACTIONS = [
  'register',
  'first',
  'promote',
  'approve',
  'refuse',
  'reject',
  'expire',
  'rollback',
] as const;
export type AssignmentAction = (typeof ASSIGNMENT_ACTIONS)[number];

/** Which version each alias stands for, from this assignment on. */
export const assignmentSchema = z.strictObject({
  model: z.string(),
  sequence: z.number().int().positive(),
  champion: versionNumber.nullable(),
  challenger: versionNumber.nullable(),
  previous: versionNumber.nullable(),
  action: z.enum(ASSIGNMENT_ACTIONS),
  /** The version that was registered, promoted, refused or rolled back to. */
  version: versionNumber,
  /** What the gate said of it, where it was asked. */
  verdict: gateVerdictSchema.nullable(),
  /** Tells a request that is retried from a new one. */
  requestId: z.string().min(1),
  who: z.string().min(1),
  why: z.string().min(1),
  at: z.iso.datetime(),
});
export type Assignment = z.infer<typeof assignmentSchema>;

/** A line of the append-only audit log, `audit/<yyyy-mm-dd>/<instant>-<id>.json`. */
export const auditEntrySchema = z.strictObject({
  at: z.iso.datetime(),
  who: z.string().min(1),
  action: z.enum([
    'registered',
    'promoted',
    'refused',
    'approved',
    'rejected',
    'expired',
    'rolled-back',
    'schedule-changed',
    'run-changed',
    'store-collected',
    'release-changed',
    'drilled',
  ]),
  /** What it was done to: a model, a schedule, a run. */
  subject: z.string().min(1),
  why: z.string().min(1),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
