import { z } from 'zod';

/** At or below it an adjusted p value counts. */
export const DIAGNOSIS_LEVEL = 0.05;

const unitRootSchema = z.strictObject({
  statistic: z.number(),
  pValue: z.number(),
  /** Adjusted by Benjamini and Hochberg for the tests of the same kind beside it. */
  adjustedP: z.number(),
  lags: z.number(),
});

const breakSchema = z.strictObject({
  statistic: z.number(),
  pValue: z.number(),
  adjustedP: z.number(),
  /** Close instant of the first value behind the likeliest break. */
  atMs: z.number(),
  /** Of the mean: standard deviations that the values behind lie higher; of the variance: ratio of standard deviations. */
  size: z.number(),
});
export type TestedBreak = z.infer<typeof breakSchema>;

const diagnosedFeatureSchema = z.strictObject({
  name: z.string(),
  /** Rows that the unit root was tested on. */
  rows: z.number(),
  /** null where it was not defined: the feature is untested, or follows from its own past without an error. */
  unitRoot: unitRootSchema.nullable(),
  /** sup-F of the daily means; only of a feature that is stationary: about a moving mean there is no break to find. */
  meanBreak: breakSchema.nullable(),
  untested: z.enum(['calendar', 'constant', 'short']).nullable(),
});
export type DiagnosedFeature = z.infer<typeof diagnosedFeatureSchema>;

const diagnosedTargetSchema = z.strictObject({
  horizonBars: z.number(),
  /** Outcomes tested, one in `strideBars` bars: they share no bar. */
  rows: z.number(),
  strideBars: z.number(),
  unitRoot: unitRootSchema.nullable(),
  meanBreak: breakSchema.nullable(),
  varianceBreak: breakSchema.nullable(),
  untested: z.enum(['constant', 'short']).nullable(),
});
export type DiagnosedTarget = z.infer<typeof diagnosedTargetSchema>;

const explosiveSchema = z.strictObject({
  /** Daily closes that were tested, the newest of the part. */
  days: z.number(),
  /** Supremum of the Dickey–Fuller statistic over windows that begin at the first day (SADF), and anywhere (GSADF). */
  forward: z.number(),
  supremum: z.number(),
  /** What a random walk exceeds in one case of twenty. */
  critical: z.strictObject({ forward: z.number(), supremum: z.number() }),
  /** The window of the supremum: close instants of its first and last day. */
  fromMs: z.number(),
  toMs: z.number(),
});
export type ExplosivePrice = z.infer<typeof explosiveSchema>;

/** Unit roots and breaks of features and targets on the first training part: for people. No fit reads it. */
export const diagnosisSchema = z.strictObject({
  /** Close instants of the first and the last bar of the part, and its rows. */
  span: z.tuple([z.number(), z.number()]),
  rows: z.number(),
  features: z.array(diagnosedFeatureSchema),
  targets: z.array(diagnosedTargetSchema),
  /** Of the logarithm of the daily closes; null where there are too few. */
  price: explosiveSchema.nullable(),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;

/** Whether a test found what it looks for, among all beside it. */
export function isFound(test: { readonly adjustedP: number } | null): boolean {
  return test !== null && test.adjustedP <= DIAGNOSIS_LEVEL;
}
