import { z } from 'zod';
import { artifactRefSchema } from './artifact';
import { CALIBRATION_METHODS } from './config/schema';
import { modelFamilySchema } from './stages';

/** What a fit leaves: the model's bytes by reference, and what stands before and around it. */
export const fitSchema = z.strictObject({
  family: modelFamilySchema,
  featureNames: z.array(z.string()),
  scaler: z.json().nullable(),
  importances: z.array(z.number()).nullable(),
  model: artifactRefSchema,
  trainRows: z.number(),
  /** What computed it: library, version, device, threads. */
  engine: z.json(),
  /** Of a net: epochs, losses, rungs; null for the rest. */
  training: z.json().nullable(),
});

/** The calibrator chosen on each fold, with what every method scored on the choosing half. */
export const calibratorsSchema = z.strictObject({
  folds: z
    .array(
      z.strictObject({
        foldId: z.string(),
        method: z.enum(CALIBRATION_METHODS),
        state: z.json(),
        scores: z.record(z.string(), z.strictObject({ logLoss: z.number(), brier: z.number() })),
      }),
    )
    .min(1),
});
