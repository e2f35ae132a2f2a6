import { DAY_MS } from './durations';
import type { Matrix } from './matrix';
import type { WindowSeries } from './window-series';

export interface WindowRules {
  readonly timeframeMs: number;
  /** A longer pause from bar to bar, in bars, is a gap unless the market usually closes then. */
  readonly gapBars: number;
  /** No closing is longer than this. */
  readonly maxClosureDays: number;
}

/** How far from each other, by time of day, two closings may begin: daylight saving moves one by an hour. */
const CLOSING_TOLERANCE_MS = 90 * 60_000;
const REMEMBERED_PAUSES = 40;
const CLOSING_MIN_MATCHES = 3;
/** Of pauses at random times an eighth begins within the tolerance; a market that closes has far more. */
const CLOSING_MIN_SHARE = 1 / 3;

/**
 * Lays scaled features out for windows: a float32 copy, and by row the length of the run of usable rows that ends there.
 * A row is unusable where a feature is missing or too large for a float32. `time` holds the close instants of the bars,
 * epoch milliseconds.
 *
 * A run is cut at a gap: a pause longer than `gapBars` bars, unless it is a usual closing of the market. It is one where it
 * lasts at most `maxClosureDays` and where at least three, and a third, of the last forty long pauses before it began
 * within 90 minutes of the same time of day (UTC). So windows cross nights and weekends once they are known, and never a
 * hole in a series that trades around the clock. A value depends on its own bar and earlier ones only.
 *
 * @param seriesStarts rows at which another series begins: no run goes on there, and no pause before is remembered
 */
export function windowSeries(
  features: Matrix,
  time: Float64Array,
  rules: WindowRules,
  seriesStarts: readonly number[] = [],
): WindowSeries {
  const { rows, columns } = features;
  if (time.length !== rows) throw new RangeError(`There are ${rows} rows of features but ${time.length} instants.`);
  const scaled = new Float32Array(rows * columns);
  const runLength = new Int32Array(rows);
  const starts = new Set([0, ...seriesStarts]);
  let isGap = gapDetector(rules);
  for (let row = 0; row < rows; row += 1) {
    const usable = copyRow(features, row, scaled);
    const isStart = starts.has(row);
    if (isStart) isGap = gapDetector(rules);
    const cut = isStart || isGap(time[row - 1] ?? NaN, time[row] ?? NaN);
    if (usable) runLength[row] = (cut ? 0 : (runLength[row - 1] ?? 0)) + 1;
  }
  return { features: scaled, rows, columns, runLength };
}

/** Copies a row; where a value is not finite as a float32, leaves it 0 and answers false. */
function copyRow({ data, columns }: Matrix, row: number, out: Float32Array): boolean {
  const start = row * columns;
  let usable = true;
  for (let i = start; i < start + columns; i += 1) {
    const value = Math.fround(data[i] ?? NaN);
    if (Number.isFinite(value)) out[i] = value;
    else usable = false;
  }
  return usable;
}

/** Must be asked about every pair of neighbouring bars, in order: it remembers the long pauses. */
function gapDetector({ timeframeMs, gapBars, maxClosureDays }: WindowRules): (from: number, to: number) => boolean {
  const begins: number[] = [];
  return (from, to) => {
    const pauseMs = to - from;
    if (pauseMs <= gapBars * timeframeMs) return false;
    const timeOfDay = ((from % DAY_MS) + DAY_MS) % DAY_MS;
    const matches = begins.filter((begin) => distanceOnDay(begin, timeOfDay) <= CLOSING_TOLERANCE_MS).length;
    const usual = matches >= Math.max(CLOSING_MIN_MATCHES, begins.length * CLOSING_MIN_SHARE);
    begins.push(timeOfDay);
    if (begins.length > REMEMBERED_PAUSES) begins.shift();
    return !(usual && pauseMs <= maxClosureDays * DAY_MS);
  };
}

function distanceOnDay(a: number, b: number): number {
  const apart = Math.abs(a - b);
  return Math.min(apart, DAY_MS - apart);
}
