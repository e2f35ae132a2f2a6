import { fail, ok, type Result } from '../core/result';
import type { RowRange } from '../core/rows';
import type { FoldBoundaries } from './boundaries';
import { firstRowOfLaterDate } from './instants';

/** Dates (UTC) on which bars of the range close. */
export function tradingDays(time: Float64Array, [from, to]: RowRange): number {
  let days = 0;
  for (let row = from; row < to; row = firstRowOfLaterDate(time, time[row] ?? Infinity)) days += 1;
  return days;
}

/** The longest stretch that is tested at once, in trading days. */
export function longestTestDays(time: Float64Array, boundaries: readonly FoldBoundaries[]): number {
  const ranges = boundaries.flatMap(({ parts }) => parts.test);
  const distinct = new Map(ranges.map((range) => [range.join(), range]));
  return Math.max(0, ...[...distinct.values()].map((range) => tradingDays(time, range)));
}

/** Refuses an embargo longer than every test part with InvalidSplits: it would hold back more than it guards. */
export function checkEmbargo(
  time: Float64Array,
  boundaries: readonly FoldBoundaries[],
  embargoDays: number,
): Result<number> {
  const longest = longestTestDays(time, boundaries);
  if (Math.ceil(embargoDays) <= longest) return ok(embargoDays);
  return fail(
    'InvalidSplits',
    `An embargo of ${embargoDays} trading days is longer than a fold: the longest test part has ${longest}; lower ` +
      'splits.embargoDays or lengthen the folds',
    { embargoDays, longestTestDays: longest },
  );
}

/** What was measured of the features: see domain/statistics. */
export interface MeasuredMemory {
  /** The first lag, in trading days, at which the features have forgotten; null where they had not by the last one looked at. */
  readonly days: number | null;
  readonly meanAutocorrelation: number;
  readonly threshold: number;
}

/**
 * The embargo by the features' autocorrelation: as long as they remember, never below `embargoDays`. InvalidSplits where
 * they have not forgotten after `longestDays`, the longest test part: the embargo would be longer than a fold.
 */
export function embargoByMemory(
  { days, meanAutocorrelation, threshold }: MeasuredMemory,
  embargoDays: number,
  longestDays: number,
): Result<number> {
  if (days !== null) return ok(Math.max(embargoDays, days));
  return fail(
    'InvalidSplits',
    `An embargo by autocorrelation would be longer than a fold: ${longestDays} trading days on, as long as the longest ` +
      `test part, the features’ mean autocorrelation is still ${meanAutocorrelation.toFixed(2)} (wanted: below ` +
      `${threshold.toFixed(2)}); lengthen the folds, leave out slow features, or set splits.embargo to fixed`,
    { longestDays, meanAutocorrelation, threshold },
  );
}
