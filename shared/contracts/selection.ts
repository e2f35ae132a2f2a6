import { z } from 'zod';

/**
 * What a fit takes from the selection: which columns of the feature table, in their order, and what is in them. The same
 * columns give the same bytes, whatever other columns the table has: that is why a fit's key names this and not the table.
 */
export const selectionSchema = z.strictObject({
  columns: z.array(z.strictObject({ name: z.string(), sha256: z.string() })).min(1),
  /** Of the close instants, which nets read. */
  timeSha256: z.string(),
});
export type FeatureSelection = z.infer<typeof selectionSchema>;

const judgementSchema = z.strictObject({
  name: z.string(),
  /** null: kept. */
  dropped: z.enum(['missing', 'constant', 'correlated', 'unimportant']).nullable(),
  inFavourOf: z.string().nullable(),
  /** Share of its variance that lies between the classes, mean over the horizons. */
  separation: z.number().nullable(),
  /** By the model that ranked it, mean over the horizons. */
  importance: z.number().nullable(),
});

/** How the features were chosen: for people. No fit reads it. */
export const selectionReportSchema = z.strictObject({
  method: z.enum(['gain', 'permutation', 'none']),
  maxCorrelation: z.number(),
  maxFeatures: z.number(),
  /** Close instants of the first and the last bar of the part that they were chosen on. */
  span: z.tuple([z.number(), z.number()]),
  /** Rows of that part which all usable features have, at most every n-th of a long part. */
  rows: z.number(),
  kept: z.array(z.string()),
  features: z.array(judgementSchema),
  /** The one that stays first. */
  clusters: z.array(z.array(z.string())),
  /** The same choice on the training part of each fold; the fits take none of it. */
  stability: z.strictObject({
    folds: z.array(z.strictObject({ foldId: z.string(), kept: z.array(z.string()) })),
    meanJaccard: z.number().nullable(),
    keptShare: z.record(z.string(), z.number()),
  }),
  /** What a reader should know. */
  notes: z.array(z.string()),
});
export type SelectionReport = z.infer<typeof selectionReportSchema>;
