import type { RowRange } from './rows';
import type { WindowSeries } from './window-series';

/**
 * Rows of the ranges whose window of `lookback` rows is whole: no missing feature, no gap in time, and all of it inside one
 * of the ranges. Ranges ascend and do not meet.
 */
export function windowEnds(series: WindowSeries, ranges: readonly RowRange[], lookback: number): Int32Array {
  const ends: number[] = [];
  for (const [from, to] of ranges) {
    for (let row = from + lookback - 1; row < to; row += 1) {
      if ((series.runLength[row] ?? 0) >= lookback) ends.push(row);
    }
  }
  return Int32Array.from(ends);
}

/** The most consecutive usable rows that lie inside one of the ranges. */
export function longestRun(series: WindowSeries, ranges: readonly RowRange[]): number {
  let longest = 0;
  for (const [from, to] of ranges) {
    for (let row = from; row < to; row += 1) {
      longest = Math.max(longest, Math.min(series.runLength[row] ?? 0, row - from + 1));
    }
  }
  return longest;
}

/** Rows that lie in a range of every list. */
export function intersectRanges(lists: readonly (readonly RowRange[])[]): readonly RowRange[] {
  const [first = [], ...others] = lists;
  return others.reduce<readonly RowRange[]>(
    (kept, list) =>
      kept.flatMap(([from, to]) =>
        list.map(([a, b]): RowRange => [Math.max(from, a), Math.min(to, b)]).filter(([a, b]) => b > a),
      ),
    first,
  );
}

/**
 * Copies the windows that end at `ends` into `out` (ends.length x lookback x columns), each by one block copy of
 * consecutive rows. The rest of `out` becomes 0.
 */
export function gatherWindows(series: WindowSeries, ends: Int32Array, lookback: number, out: Float32Array): void {
  const { features, columns } = series;
  const size = lookback * columns;
  for (let i = 0; i < ends.length; i += 1) {
    const to = ((ends[i] ?? 0) + 1) * columns;
    out.set(features.subarray(to - size, to), i * size);
  }
  out.fill(0, ends.length * size);
}
