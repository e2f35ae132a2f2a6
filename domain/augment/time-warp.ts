import { emptyBars, type BarColumns } from '../core/bars';
import type { RandomStream } from '../core/random';

/** The fastest that time runs: two bars become one. */
const MAX_SPEED = 2;

export interface WarpSettings {
  /** Bars between two turns of the speed. */
  readonly meanBlockBars: number;
  /** A longer pause between two closes is never merged over. */
  readonly timeframeMs: number;
  /** Places at which the bar before was no neighbour; ascending. Never merged over either. */
  readonly starts: readonly number[];
}

/**
 * Time warp: the same bars in the same order at a speed that changes smoothly between 1 and 2. At speed s a bar of the new
 * series is made of s bars on average, whole ones: first open, last close, highest high, lowest low, sum of volumes, and
 * closes when its last one did. What lookbacks, labels and windows count (bars) is stretched; the clock is not.
 *
 * Bars are merged and never split: a bar cut in two needs prices that nobody saw, and bars that are interpolated
 * (0.7 of one, 0.3 of the next) make neighbouring returns correlated, which a model would then find.
 *
 * The speed is drawn uniformly at knots `meanBlockBars` apart and lies on half cosines between them.
 */
export function warpTime(
  bars: BarColumns,
  { meanBlockBars, timeframeMs, starts }: WarpSettings,
  random: RandomStream,
): BarColumns {
  const count = bars.time.length;
  const begins = new Set(starts);
  const speedAt = speeds(count, meanBlockBars, random);
  const warped = emptyBars(count);
  let made = 0;
  let from = 0;
  let owed = 0;
  while (from < count) {
    owed += speedAt(from);
    const wanted = Math.max(1, Math.floor(owed));
    owed -= wanted;
    let to = from + 1;
    while (to < from + wanted && to < count && !begins.has(to) && isNext(bars.time, to, timeframeMs)) to += 1;
    merge(bars, from, to, warped, made);
    made += 1;
    from = to;
  }
  return {
    time: warped.time.slice(0, made),
    open: warped.open.slice(0, made),
    high: warped.high.slice(0, made),
    low: warped.low.slice(0, made),
    close: warped.close.slice(0, made),
    volume: warped.volume.slice(0, made),
  };
}

function isNext(time: Float64Array, at: number, timeframeMs: number): boolean {
  return (time[at] ?? NaN) - (time[at - 1] ?? NaN) <= timeframeMs;
}

function merge(bars: BarColumns, from: number, to: number, out: BarColumns, at: number): void {
  out.time[at] = bars.time[to - 1] ?? NaN;
  out.open[at] = bars.open[from] ?? NaN;
  out.close[at] = bars.close[to - 1] ?? NaN;
  let [high, low, volume] = [-Infinity, Infinity, 0];
  for (let row = from; row < to; row += 1) {
    high = Math.max(high, bars.high[row] ?? NaN);
    low = Math.min(low, bars.low[row] ?? NaN);
    volume += bars.volume[row] ?? NaN;
  }
  out.high[at] = high;
  out.low[at] = low;
  out.volume[at] = volume;
}

function speeds(count: number, knotBars: number, random: RandomStream): (row: number) => number {
  const knots = Float64Array.from(
    { length: Math.ceil(count / knotBars) + 1 },
    () => 1 + (MAX_SPEED - 1) * random.uniform(),
  );
  return (row) => {
    const knot = Math.floor(row / knotBars);
    const turn = (1 - Math.cos((Math.PI * (row - knot * knotBars)) / knotBars)) / 2;
    return (1 - turn) * (knots[knot] ?? 1) + turn * (knots[knot + 1] ?? 1);
  };
}
