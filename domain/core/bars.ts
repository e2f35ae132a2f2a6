/** The price and volume columns of a bar, in the order in which they are stored. */
export const BAR_FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
export type BarField = (typeof BAR_FIELDS)[number];

/**
 * A chunk of bars as columns of equal length, ascending in time.
 *
 * `time` is the instant the bar CLOSES, in epoch milliseconds UTC. A chunk is a window on a longer series: kernels carry
 * their state from one chunk to the next, so that a long series never sits in memory at once.
 */
export interface BarColumns {
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** What is known of a series beside its bars. */
export interface SeriesMeta {
  readonly symbol: string;
  /** The usual distance between two bars, in milliseconds. */
  readonly timeframeMs: number;
}

export function barCount(bars: BarColumns): number {
  return bars.time.length;
}

/** A view (no copy) on the rows `from` (inclusive) to `to` (exclusive). */
export function sliceBars(bars: BarColumns, from: number, to: number): BarColumns {
  return {
    time: bars.time.subarray(from, to),
    open: bars.open.subarray(from, to),
    high: bars.high.subarray(from, to),
    low: bars.low.subarray(from, to),
    close: bars.close.subarray(from, to),
    volume: bars.volume.subarray(from, to),
  };
}

/** Views (no copies) on the rows of a chunk, at most `rows` at a time, in their order. */
export function* barBlocks(bars: BarColumns, rows: number): Generator<BarColumns> {
  for (let from = 0; from < barCount(bars); from += rows) yield sliceBars(bars, from, from + rows);
}

/** Columns of `count` bars, all 0, to be filled. */
export function emptyBars(count: number): BarColumns {
  return {
    time: new Float64Array(count),
    open: new Float64Array(count),
    high: new Float64Array(count),
    low: new Float64Array(count),
    close: new Float64Array(count),
    volume: new Float64Array(count),
  };
}

/** Copies chunks into one; use it only where the whole series is needed at once. */
export function concatBars(chunks: readonly BarColumns[]): BarColumns {
  return {
    time: concatFloat64(chunks.map((chunk) => chunk.time)),
    open: concatFloat64(chunks.map((chunk) => chunk.open)),
    high: concatFloat64(chunks.map((chunk) => chunk.high)),
    low: concatFloat64(chunks.map((chunk) => chunk.low)),
    close: concatFloat64(chunks.map((chunk) => chunk.close)),
    volume: concatFloat64(chunks.map((chunk) => chunk.volume)),
  };
}

export function concatFloat64(parts: readonly Float64Array[]): Float64Array {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = new Float64Array(total);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
