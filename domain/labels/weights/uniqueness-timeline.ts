import { NO_CLASS } from '../../core/classes';
import { DAY_MS } from '../../core/durations';
import type { LabelColumns, UniquenessOverTime } from '../../core/labels';

/** Points of the timeline at most: what a picture of half a page can tell apart. */
const MOST_STRETCHES = 60;
const ROUNDING = 1e4;

export interface UniquenessTimeline {
  /** Takes the next labels, in row order from row 0. */
  add(labels: Pick<LabelColumns, 'time' | 't1Row' | 'classIndex'>): void;
  /** Ends the series; null where no label has a class. */
  finish(): UniquenessOverTime | null;
}

/**
 * Average uniqueness of the labels that have a class, by the time of their bars: mean over all of them and over stretches
 * of whole UTC days. The same numbers as `averageUniqueness` over the whole series, in memory that grows with the horizon
 * and the days only. `longestBars`: no label is decided more bars after its own.
 */
export function createUniquenessTimeline(longestBars: number): UniquenessTimeline {
  // One bar more than any label lives, and the sum before its first.
  const size = longestBars + 2;
  const at = (index: number): number => index % size;
  /** By how much the number of labels alive changes with a bar. */
  const changes = new Int32Array(size);
  /** Sum of one over the labels alive, over all bars before one. */
  const sums = new Float64Array(size);
  const ends = new Int32Array(size);
  const days = new Int32Array(size);
  const byDay = new Map<number, { labels: number; sum: number }>();
  let rows = 0;
  let alive = 0;

  const settle = (row: number): void => {
    const end = ends[at(row)] ?? -1;
    if (row < 0 || end < 0) return;
    const uniqueness = ((sums[at(end + 1)] ?? NaN) - (sums[at(row + 1)] ?? NaN)) / (end - row);
    const day = byDay.get(days[at(row)] ?? 0) ?? { labels: 0, sum: 0 };
    day.labels += 1;
    day.sum += uniqueness;
    byDay.set(days[at(row)] ?? 0, day);
  };
  const enter = (time: number, end: number): void => {
    if (end >= 0) {
      changes[at(rows + 1)] = (changes[at(rows + 1)] ?? 0) + 1;
      changes[at(end + 1)] = (changes[at(end + 1)] ?? 0) - 1;
    }
    ends[at(rows)] = end;
    days[at(rows)] = Math.floor(time / DAY_MS);
    // Of the bar after this row, which no later label lives in.
    alive += changes[at(rows + 1)] ?? 0;
    changes[at(rows + 1)] = 0;
    sums[at(rows + 2)] = (sums[at(rows + 1)] ?? 0) + (alive > 0 ? 1 / alive : 0);
    rows += 1;
    settle(rows - longestBars);
  };
  return {
    add: ({ time, t1Row, classIndex }) => {
      for (let i = 0; i < time.length; i += 1) {
        enter(time[i] ?? NaN, classIndex[i] === NO_CLASS ? -1 : (t1Row[i] ?? -1));
      }
    },
    finish: () => {
      for (let row = Math.max(0, rows - longestBars + 1); row < rows; row += 1) settle(row);
      return stretchesOf(byDay);
    },
  };
}

function stretchesOf(byDay: ReadonlyMap<number, { labels: number; sum: number }>): UniquenessOverTime | null {
  const first = Math.min(...byDay.keys());
  const last = Math.max(...byDay.keys());
  if (byDay.size === 0) return null;
  const days = Math.ceil((last - first + 1) / MOST_STRETCHES);
  const labels = new Array<number>(Math.ceil((last - first + 1) / days)).fill(0);
  const sums = labels.map(() => 0);
  for (const [day, found] of byDay) {
    const stretch = Math.floor((day - first) / days);
    labels[stretch] = (labels[stretch] ?? 0) + found.labels;
    sums[stretch] = (sums[stretch] ?? 0) + found.sum;
  }
  const [count, sum] = [labels, sums].map((values) => values.reduce((total, value) => total + value, 0));
  return {
    mean: rounded((sum ?? 0) / (count ?? 1)),
    fromMs: first * DAY_MS,
    days,
    labels,
    means: sums.map((total, stretch) => (labels[stretch] === 0 ? null : rounded(total / (labels[stretch] ?? 1)))),
  };
}

/** Four decimals: what a picture shows, in a few bytes. */
function rounded(value: number): number {
  return Math.round(value * ROUNDING) / ROUNDING;
}
