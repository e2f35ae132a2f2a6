import { z } from 'zod';
import type { ContributionSummary } from '../../domain/core/contributions';

const classContributionSchema = z.strictObject({ size: z.number(), direction: z.number().nullable() });

/** What the features contribute to the scores of one fit, on some of its test rows. For people: no stage reads it. */
export const contributionsSchema = z.strictObject({
  rows: z.number(),
  features: z.array(
    z.strictObject({ feature: z.string(), down: classContributionSchema, up: classContributionSchema }),
  ),
}) satisfies z.ZodType<ContributionSummary>;
