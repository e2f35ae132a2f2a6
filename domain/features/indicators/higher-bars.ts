import { at } from '../numeric';
import { Scratch } from './scratch';

/** The bars of a higher timeframe that closed within a chunk of base bars, oldest first. */
export interface CompletedBars {
  /** NaN for the first one of the series: whether it began inside it cannot be known, and its range would depend on that. */
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** By base bar of the chunk, how many of them have closed by then. */
  readonly closed: Float64Array;
}

/**
 * Turns base bars into whole bars of a higher timeframe, each handed out only once it has closed.
 *
 * A higher bar covers the instants (end − higherMs, end] with `end` a multiple of `higherMs` since 1970 UTC, and a base bar
 * belongs to it by its close instant. It has closed when a base bar closes at or after `end`: at once for the base bar
 * that closes exactly there, or with the next base bar, however late, where that one is missing. Intervals without any
 * base bar make no higher bar.
 */
export class HigherBars {
  private readonly highs = new Scratch();
  private readonly lows = new Scratch();
  private readonly closes = new Scratch();
  private readonly counts = new Scratch();
  private openEnd = NaN;
  private openHigh = NaN;
  private openLow = NaN;
  private lastClose = NaN;
  private isFirst = true;

  constructor(private readonly higherMs: number) {}

  /** Consumes the next chunk; what is given holds until the next call. */
  fill(time: Float64Array, high: Float64Array, low: Float64Array, close: Float64Array): CompletedBars {
    const rows = time.length;
    // A base bar completes two at most: a late one and its own.
    const [highs, lows, closes] = [this.highs.of(2 * rows), this.lows.of(2 * rows), this.closes.of(2 * rows)];
    const counts = this.counts.of(rows);
    let count = 0;
    const complete = (): void => {
      highs[count] = this.isFirst ? NaN : this.openHigh;
      lows[count] = this.isFirst ? NaN : this.openLow;
      closes[count] = this.lastClose;
      count += 1;
      this.openEnd = NaN;
      this.isFirst = false;
    };
    for (let row = 0; row < rows; row += 1) {
      const instant = at(time, row);
      if (instant > this.openEnd) complete();
      const begins = Number.isNaN(this.openEnd);
      // Only a new one asks for its end: a base bar that closes by the open end lies within.
      if (begins) this.openEnd = Math.ceil(instant / this.higherMs) * this.higherMs;
      this.openHigh = begins ? at(high, row) : Math.max(this.openHigh, at(high, row));
      this.openLow = begins ? at(low, row) : Math.min(this.openLow, at(low, row));
      this.lastClose = at(close, row);
      if (instant === this.openEnd) complete();
      counts[row] = count;
    }
    const completed = (column: Float64Array): Float64Array => column.subarray(0, count);
    return { high: completed(highs), low: completed(lows), close: completed(closes), closed: counts };
  }
}

/** Lays values of completed bars beside the base bars: each holds from the base bar on that completed it. */
export class SpreadOverBase {
  private readonly spread = new Scratch();
  private last = NaN;

  /** `values` has one value for each bar of `bars`; what is given holds until the next call. */
  fill(values: Float64Array, { closed }: CompletedBars): Float64Array {
    const spread = this.spread.of(closed.length);
    for (let row = 0; row < spread.length; row += 1) {
      const count = at(closed, row);
      spread[row] = count === 0 ? this.last : at(values, count - 1);
    }
    if (values.length > 0) this.last = at(values, values.length - 1);
    return spread;
  }
}
