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
});
export type GateSettings = z.infer<typeof gateSettingsSchema>;
