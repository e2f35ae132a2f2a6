import { z } from 'zod';

/** How a challenger has to do beside its champion to be promoted. */
export const gateSettingsSchema = z.strictObject({
  /** The new skill must be at least this share of the old. */
  minSkillRatio: z.number().positive().default(0.95),
  /** Highest p-value of the paired test at which "the challenger is worse" counts as shown, and promotion is refused. */
  worseAlpha: z.number().gt(0).lt(1).default(0.05),
  /** The challenger's calibration error may exceed the champion's by this much at most. */
  maxEceRise: z.number().nonnegative().default(0.02),
  /** Fewer common test rows than this prove nothing: refused. */
  minRows: z.number().int().positive().default(100),
  /**
   * How much higher than the champion's the challenger's mean log loss may be at the upper end of its 95 % interval; null:
   * refused only where the whole interval lies above 0.
   */
  maxLossRise: z.number().nonnegative().nullable().default(null),
  /** Least deflated Sharpe ratio of the challenger in its study of trials; null: told and not asked for. */
  minDsr: z.number().min(0).max(1).nullable().default(null),
  /** Highest probability of backtest overfitting of that study; null: told and not asked for. */
  maxPbo: z.number().min(0).max(1).nullable().default(null),
});
export type GateSettings = z.infer<typeof gateSettingsSchema>;
