import { z } from 'zod';
import { artifactRefSchema } from './artifact';

/** One evaluated configuration: what was tried, and how its backtest on test rows went, day by day. */
const trialSchema = z.strictObject({
  /** Key of the evaluate stage: the same results again are the same trial. */
  key: z.string().min(1),
  family: z.string().min(1),
  horizonBars: z.number().int().positive(),
  /** SHA-256 of every setting that changes what is learnt or traded; the bars themselves stand in the key only. */
  configuration: z.string().regex(/^[0-9a-f]{64}$/),
  /** Mean over standard deviation of the daily returns, not annualised. */
  sharpePerDay: z.number(),
  days: z.number().int().nonnegative(),
  skew: z.number(),
  /** Fourth standardised moment: 3 for a normal distribution. */
  kurtosis: z.number(),
  returns: artifactRefSchema,
});
export type Trial = z.infer<typeof trialSchema>;

/** One line of a ledger, as it stands in the store. */
export const trialEntrySchema = z.strictObject({
  study: z.string().min(1),
  symbol: z.string().min(1),
  /** 1 for the first one. */
  seq: z.number().int().positive(),
  /** SHA-256 of the bytes of the entry before; null in the first one. */
  previous: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** Of the first entry behind a checkpoint: the SHA-256 of the checkpoint's bytes. */
  checkpoint: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  trial: trialSchema,
  at: z.iso.datetime(),
});
export type TrialEntry = z.infer<typeof trialEntrySchema>;

/** How long a ledger was, and the SHA-256 of its last entry then: who knows it notices a tail that was cut or altered. */
export const ledgerHeadSchema = z.strictObject({
  length: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type LedgerHead = z.infer<typeof ledgerHeadSchema>;

/** What the first entries of a ledger come to. It follows from them alone, and the entry behind it names its hash. */
export const ledgerCheckpointSchema = z.strictObject({
  study: z.string().min(1),
  symbol: z.string().min(1),
  head: ledgerHeadSchema,
  /** Of every entry, in their order. */
  keys: z.array(z.string().min(1)),
  /** Of each configuration the newest, in the order in which configurations came. */
  trials: z.array(trialSchema),
});
export type LedgerCheckpoint = z.infer<typeof ledgerCheckpointSchema>;

/** Daily returns of a strategy: a UTC date (`2026-03-02`) and the sum of its log returns after costs. */
export const dailyReturnsSchema = z.strictObject({
  dates: z.array(z.iso.date()),
  returns: z.array(z.number()),
});
export type DailyReturns = z.infer<typeof dailyReturnsSchema>;
