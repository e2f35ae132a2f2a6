import { z } from 'zod';

/** Fractional differentiation as it was fitted; prediction needs the very same numbers. */
export const fracDiffSchema = z.strictObject({
  order: z.number().min(0).max(1),
  width: z.number().int().positive(),
  referencePrice: z.number().positive(),
});

/** What the features stage fitted on the first training part, for the bundle. */
export const fittedFeaturesSchema = z.strictObject({ fracDiff: fracDiffSchema });
