import { z } from 'zod';
import { artifactRefSchema } from './artifact';
import { cleanSchema, primarySchema } from './config/schema';
import { readingSchema } from './config/source-schema';
import { fracDiffSchema } from './fitted-features';
import { modelFamilySchema } from './stages';

/**
 * Everything that is needed to predict as the run did: how bars are cleaned, which features are computed, the scaler, the
 * model and the calibrator; and the manifest of what it was made of.
 */
export const bundleSchema = z.strictObject({
  symbol: z.string(),
  family: modelFamilySchema,
  horizonBars: z.number().int().positive(),
  timeframeMs: z.number(),
  classes: z.array(z.string()),
  recipe: z.strictObject({
    /** How the source was read; null for generated bars. */
    reading: readingSchema.nullable(),
    clean: cleanSchema,
    features: z.strictObject({
      names: z.array(z.string()),
      higherTimeframeMultiple: z.number(),
      /** Of bundles that are older than it: not there. null: six times the first. */
      higherTimeframeMultiple2: z.number().nullable().optional(),
      fracDiff: fracDiffSchema.nullable().optional(),
      /** Symbols whose bars are laid beside, how those are cleaned, and how old one may be; not there: none. */
      cross: z
        .strictObject({
          maxAgeDays: z.number().positive(),
          symbols: z.array(z.strictObject({ symbol: z.string(), clean: cleanSchema })).min(1),
        })
        .optional(),
    }),
    /** Of meta-labels: the rule whose side is judged, the classes being wrong, timeout and right; not there: directions. */
    primary: primarySchema.optional(),
    scaler: z.json().nullable(),
    /** Of a net: which pauses its windows may cross; null for models of single rows. */
    windows: z.strictObject({ gapBars: z.number(), maxClosureDays: z.number() }).nullable(),
    model: artifactRefSchema,
    calibrator: z.strictObject({ method: z.string(), state: z.json() }),
  }),
  manifest: z.strictObject({
    /** The last fold: the one that has seen most of the data. */
    foldId: z.string(),
    parents: z.record(z.string(), artifactRefSchema),
    config: z.json(),
    seed: z.number(),
    engine: z.json(),
    environment: z.record(z.string(), z.string()),
  }),
});
export type Bundle = z.infer<typeof bundleSchema>;

/** Under this name a bundle's parents hold the bars of a symbol that were laid beside. */
export function crossParent(symbol: string): string {
  return `cross ${symbol}`;
}
