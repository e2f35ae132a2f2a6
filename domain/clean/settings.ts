/**
 * What cleaning does about each fault; the `clean` section of the configuration fits it as it is.
 *
 * A symbol may have a policy of its own: the configuration's `perSymbol` lays differences over the common one, and the
 * result is what arrives here. For a thinly traded symbol whose price often stands still, with a vendor that sends each
 * correction as a second row:
 *
 *     clean: { duplicates: keepFirst, stale: keep }
 *     perSymbol:
 *       THIN: { clean: { duplicates: keepLast, stale: drop, staleBars: 24 } }
 */
export interface CleanSettings {
  /** Bars that come later in the source than in time; sorting is the caller's part (see order.ts). */
  readonly unsorted: 'sort' | 'reject';
  /** Several usable bars that close at one instant. */
  readonly duplicates: 'keepFirst' | 'keepLast' | 'reject';
  /** Zero or negative prices. */
  readonly nonPositivePrices: 'drop' | 'reject';
  /** NaN or infinity in any column. */
  readonly missingValues: 'drop' | 'reject';
  /** high < low, or open or close outside [low, high]. */
  readonly inconsistentPrices: 'drop' | 'repair' | 'reject';
  readonly negativeVolume: 'drop' | 'reject';
  /** A run of bars longer than `staleBars` that all repeat one price with no range. */
  readonly stale: 'keep' | 'drop' | 'reject';
  readonly staleBars: number;
  /** A pause longer than this many bars, from close to close, is entered in the ledger as a gap. */
  readonly gapBars: number;
  /** The symbol fails when fewer bars are left. */
  readonly minBars: number;
  /** The symbol fails when more than this share of its bars was dropped; bars after the as-of instant do not count. */
  readonly maxDroppedShare: number;
}
