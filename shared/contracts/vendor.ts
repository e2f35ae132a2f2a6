import { z } from 'zod';
import { artifactRefSchema } from './artifact';

/** One bar that a vendor's later answer tells otherwise. Instants in epoch milliseconds; null stands for no number. */
const revisedRowSchema = z.strictObject({
  timeMs: z.number(),
  kind: z.enum(['changed', 'removed', 'added']),
  /** The first field that differs; null where the whole bar came or went. */
  field: z.enum(['open', 'high', 'low', 'close', 'volume']).nullable(),
  before: z.number().nullable(),
  after: z.number().nullable(),
});
export type RevisedRow = z.infer<typeof revisedRowSchema>;

/** How a vendor's bars differ from those that the last run had read. Bars that only follow the known ones are no revision. */
export const revisionSchema = z.strictObject({
  /** Numbers of the two snapshots. */
  since: z.number().int().positive(),
  snapshot: z.number().int().positive(),
  /** When the older of them was fetched. */
  sinceMs: z.number(),
  changed: z.number().int().nonnegative(),
  /** Bars that are not there any more, besides those before the first bar of the new answer. */
  removed: z.number().int().nonnegative(),
  /** Bars that were not there, between or before known ones. */
  addedInPast: z.number().int().nonnegative(),
  /** The first of them in time. */
  rows: z.array(revisedRowSchema),
});
export type Revision = z.infer<typeof revisionSchema>;

/** What a stage is to read of a vendor: fixed once, before its key is known. */
export const pinnedSeriesSchema = z.strictObject({
  snapshot: z.number().int().positive(),
  /** Of the bars and how their stamps were read; no address and no instant enters it. */
  fingerprint: z.string(),
  bars: artifactRefSchema,
  parts: z.array(artifactRefSchema),
  rows: z.number().int().nonnegative(),
  timeframeMs: z.number(),
  newestCloseMs: z.number().nullable(),
  stampNote: z.string(),
  revision: revisionSchema.nullable(),
  /** Why a comparison with what the last run had read could not be made, in a sentence; null: it was, or there is none. */
  notCompared: z.string().nullable(),
});
export type PinnedSeries = z.infer<typeof pinnedSeriesSchema>;

const VENDOR_SNAPSHOT_VERSION = 1;

/** One page of an answer: what lets the vendor say "unchanged" the next time, and the bytes to read then. */
const snapshotPageSchema = z.strictObject({
  /** SHA-256 of its address, which never holds the key. */
  request: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  /** The `Link` header's next address, where paging goes by it. */
  link: z.string().nullable(),
  body: artifactRefSchema,
});
export type SnapshotPage = z.infer<typeof snapshotPageSchema>;

/** A vendor's bars of one symbol as they were at one time: `vendors/<source>/<symbol>/<number>.json`, written once. */
export const vendorSnapshotSchema = z.strictObject({
  schemaVersion: z.literal(VENDOR_SNAPSHOT_VERSION),
  symbol: z.string(),
  number: z.number().int().positive(),
  fetchedAtMs: z.number(),
  fingerprint: z.string(),
  bars: artifactRefSchema,
  parts: z.array(artifactRefSchema),
  rows: z.number().int().positive(),
  timeframeMs: z.number(),
  newestCloseMs: z.number().nullable(),
  stampNote: z.string(),
  /** Bars left out because they had not closed when they were fetched. */
  openBars: z.number().int().nonnegative(),
  /** Bars that two pages both held, equal in all fields. */
  repeatedBars: z.number().int().nonnegative(),
  pages: z.array(snapshotPageSchema),
});
export type VendorSnapshot = z.infer<typeof vendorSnapshotSchema>;
