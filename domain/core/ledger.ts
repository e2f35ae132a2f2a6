/** Every kind of decision that cleaning may take about a bar. */
export const LEDGER_DECISIONS = [
  'unsorted',
  'duplicate',
  'nonPositivePrice',
  'missingValue',
  'inconsistentPrice',
  'negativeVolume',
  'stale',
  'future',
] as const;
export type LedgerDecision = (typeof LEDGER_DECISIONS)[number];

export type LedgerAction = 'dropped' | 'repaired' | 'kept' | 'sorted';

/** How often one decision was taken, what was done, and the first rows it was taken on. */
export interface LedgerEntry {
  readonly decision: LedgerDecision;
  readonly action: LedgerAction;
  readonly count: number;
  /** At most five. `row` counts from 0 in the source's order. */
  readonly firstRows: readonly LedgerRow[];
  /**
   * When: starts of stretches of whole UTC days in which it was taken, ascending, at most a hundred. Not there in older
   * ledgers and where rows had to be sorted.
   */
  readonly times?: readonly number[];
}

export interface LedgerRow {
  readonly row: number;
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** A pause in the series longer than the usual bar distance. Nothing is filled in. */
export interface Gap {
  /** Close instants of the bars before and after the pause. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Bars of the usual distance that would have fitted in. */
  readonly missingBars: number;
}

/** Which gaps are the market's own hours, and when the others were. */
export interface GapTimeline {
  /** Gaps that are usual closures: nights, breaks, weekends. */
  readonly closures: number;
  /** The rest: outages, holidays, what was dropped; the bars that are missing in them, and the longest of them in time order. */
  readonly gapCount: number;
  readonly missingBars: number;
  /** At most two hundred. */
  readonly gaps: readonly Gap[];
}

/** The gap and repair ledger of one symbol: an artifact of its own, shown in the report. */
export interface CleanLedger {
  readonly symbol: string;
  readonly barsIn: number;
  readonly barsOut: number;
  readonly entries: readonly LedgerEntry[];
  readonly gapCount: number;
  readonly missingBars: number;
  /** The longest gaps, longest first, at most twenty. */
  readonly longestGaps: readonly Gap[];
  /** Not there in older ledgers. */
  readonly timeline?: GapTimeline;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** How the stamps were read: bar open or close, in which zone, so that nobody has to guess. */
  readonly stampNote: string;
}
