import type { RowRange } from '../core/rows';
import { firstRowAtOrAfter } from './instants';

/** Label intervals of a series: row r's label lives in [time[r], t1[r]], both ends included. */
export interface LabelIntervals {
  /** t0: close instants of the bars, ascending. */
  readonly time: Float64Array;
  /** NaN where a label was not decided; its interval is then taken to reach as far as any label may. */
  readonly t1: Float64Array;
  /** The vertical barrier of the longest horizon. */
  readonly longestLabelBars: number;
}

/** Label intervals with what makes purging a matter of borders: prepared once for a horizon, read for every fold. */
export interface LabelIndex extends LabelIntervals {
  /** The latest end of the labels up to each row, itself included. */
  readonly latestEndMs: Float64Array;
  /** The row whose label that is; the last of equals. */
  readonly latestRow: Int32Array;
  /** Runs of rows with t1, ascending. */
  readonly decided: readonly RowRange[];
}

/** The instant at which a row's label has ended; for an undecided one the latest at which it may, if bars go that far. */
export function labelEndMs({ time, t1, longestLabelBars }: LabelIntervals, row: number): number {
  const decided = t1[row] ?? NaN;
  return Number.isNaN(decided) ? (time[row + longestLabelBars] ?? Infinity) : decided;
}

export function indexLabels(labels: LabelIntervals): LabelIndex {
  const rows = labels.time.length;
  const latestEndMs = new Float64Array(rows);
  const latestRow = new Int32Array(rows);
  let endMs = -Infinity;
  let latest = 0;
  for (let row = 0; row < rows; row += 1) {
    const own = labelEndMs(labels, row);
    if (own >= endMs) {
      endMs = own;
      latest = row;
    }
    latestEndMs[row] = endMs;
    latestRow[row] = latest;
  }
  return { ...labels, latestEndMs, latestRow, decided: decidedRuns(labels.t1) };
}

/** The latest end of the labels of the rows [from, to). */
export function latestEndWithin(index: LabelIndex, from: number, to: number): number {
  if ((index.latestRow[to - 1] ?? -1) >= from) return index.latestEndMs[to - 1] ?? -Infinity;
  // A label from before the range outlasts all of it: its own ends must be looked at one by one.
  let endMs = -Infinity;
  for (let row = from; row < to; row += 1) endMs = Math.max(endMs, labelEndMs(index, row));
  return endMs;
}

/** Before this row no label ends at or after `instantMs`. */
export function firstRowThatMayReach({ latestEndMs }: LabelIndex, instantMs: number): number {
  return firstRowAtOrAfter(latestEndMs, instantMs);
}

/** The runs of rows with t1 inside [from, to). */
export function decidedWithin({ decided }: LabelIndex, from: number, to: number): readonly RowRange[] {
  let low = 0;
  let high = decided.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((decided[middle]?.[1] ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  const found: RowRange[] = [];
  if (from >= to) return found;
  for (let i = low; i < decided.length; i += 1) {
    const [a, b] = decided[i] ?? [to, to];
    if (a >= to) break;
    found.push([Math.max(a, from), Math.min(b, to)]);
  }
  return found;
}

function decidedRuns(t1: Float64Array): readonly RowRange[] {
  const runs: RowRange[] = [];
  let start = -1;
  for (let row = 0; row <= t1.length; row += 1) {
    const isDecided = row < t1.length && !Number.isNaN(t1[row]);
    if (isDecided && start < 0) start = row;
    if (!isDecided && start >= 0) {
      runs.push([start, row]);
      start = -1;
    }
  }
  return runs;
}
