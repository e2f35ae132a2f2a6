import { z } from 'zod';
import type { Fold } from '../../domain/core/folds';

const rangesSchema = z.array(z.tuple([z.number().int(), z.number().int()]));
const spanSchema = z.tuple([z.number(), z.number()]);
const perPart = <T extends z.ZodType>(value: T) =>
  z.strictObject({ train: value, stopping: value, choosing: value, test: value });

const foldSchema = z.strictObject({
  id: z.string(),
  train: rangesSchema,
  stopping: rangesSchema,
  choosing: rangesSchema,
  test: rangesSchema,
  testGroups: z.array(z.number().int()).optional(),
  boundaries: perPart(spanSchema),
  spans: perPart(z.array(spanSchema)).optional(),
  purged: perPart(z.number()),
}) satisfies z.ZodType<Fold>;

/** The folds of a symbol: for each horizon (its bars as text) the same boundaries with their own purge. */
export const foldsSchema = z.record(z.string(), z.array(foldSchema));
export type FoldsByHorizon = Readonly<Record<string, readonly Fold[]>>;
