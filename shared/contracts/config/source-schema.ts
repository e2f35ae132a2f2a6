import { z } from 'zod';
import type { httpSourceSchema } from './http-source';

const positiveInt = z.number().int().positive();

/** Bars of a seeded market simulator: GARCH volatility with regimes, sessions, gaps and a planted weak signal. */
export const generatedSourceSchema = z.strictObject({
  kind: z.literal('generated'),
  symbolCount: positiveInt.max(1000),
  bars: positiveInt.max(20_000_000),
  timeframeMinutes: positiveInt.max(1440),
  seed: z.number().int().nonnegative(),
  /** Correlation between the planted signal and the next bar's standardised return; 0 plants none. */
  signalStrength: z.number().min(0).max(0.5),
  /** Whether one symbol stops trading halfway. */
  delistOne: z.boolean(),
});

/** How the bytes of a file become bars; paths and the choice of symbols change no bar. */
const readingShape = {
  /** null: recognised from the first lines. */
  delimiter: z.string().length(1).nullable(),
  /** Header names of the columns; null: recognised by their usual names. */
  columns: z.strictObject({
    time: z.string().nullable(),
    open: z.string().nullable(),
    high: z.string().nullable(),
    low: z.string().nullable(),
    close: z.string().nullable(),
    volume: z.string().nullable(),
    /** null: one file per symbol, named by the file up to its first dot. */
    symbol: z.string().nullable(),
  }),
  /** IANA zone of stamps that carry none. */
  timeZone: z.string().min(1),
  /** Whether a stamp is the instant a bar opens or closes. */
  stamp: z.enum(['open', 'close']),
  /** null: the commonest distance between two bars. */
  timeframeMinutes: positiveInt.max(1440).nullable(),
};
export const readingSchema = z.strictObject(readingShape);
export type ReadingConfig = z.infer<typeof readingSchema>;

export const filesSourceSchema = z.strictObject({
  kind: z.literal('files'),
  /** Paths or globs of CSV, TSV or Parquet files, plain or gzipped. */
  paths: z.array(z.string().min(1)).min(1),
  ...readingShape,
});

/** How files of a source are read; null for generated bars and for a vendor's, whose snapshot holds bars that were read already. */
export function readingOf(
  source: z.infer<typeof generatedSourceSchema> | z.infer<typeof filesSourceSchema> | z.infer<typeof httpSourceSchema>,
): ReadingConfig | null {
  if (source.kind !== 'files') return null;
  const { delimiter, columns, timeZone, stamp, timeframeMinutes } = source;
  return { delimiter, columns, timeZone, stamp, timeframeMinutes };
}

export type GeneratedSourceConfig = z.infer<typeof generatedSourceSchema>;
export type FilesSourceConfig = z.infer<typeof filesSourceSchema>;
