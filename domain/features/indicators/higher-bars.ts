import { at } from '../numeric';

/**
 * Turns base bars into whole bars of a higher timeframe with high, low and close, each handed out only once it has closed,
 * by the same rule as `HigherCloses`. The first one is not handed out: whether the series began inside it cannot be known,
 * and its range would depend on that.
 */
export class HigherBars {
  /** Of the bars that the last `push` completed, oldest first; as many as it returned are valid. */
  readonly high = new Float64Array(2);
  readonly low = new Float64Array(2);
  readonly close = new Float64Array(2);
  private openEnd = NaN;
  private openHigh = NaN;
  private openLow = NaN;
  private lastClose = NaN;
  private isFirst = true;

  constructor(private readonly higherMs: number) {}

  /** Consumes a base bar and returns how many higher bars it completed: 0, 1, or 2 (a late one and its own). */
  push(time: number, high: number, low: number, close: number): number {
    let count = 0;
    if (time > this.openEnd) count = this.complete(count);
    const end = Math.ceil(time / this.higherMs) * this.higherMs;
    const begins = Number.isNaN(this.openEnd);
    this.openHigh = begins ? high : Math.max(this.openHigh, high);
    this.openLow = begins ? low : Math.min(this.openLow, low);
    this.lastClose = close;
    this.openEnd = end;
    return time === end ? this.complete(count) : count;
  }

  private complete(count: number): number {
    this.openEnd = NaN;
    if (this.isFirst) {
      this.isFirst = false;
      return count;
    }
    this.high[count] = this.openHigh;
    this.low[count] = this.openLow;
    this.close[count] = this.lastClose;
    return count + 1;
  }
}

/** The completed bar at `index` of the last push, to a consumer. */
export function eachCompleted(
  bars: HigherBars,
  count: number,
  consume: (high: number, low: number, close: number) => void,
): void {
  for (let i = 0; i < count; i += 1) consume(at(bars.high, i), at(bars.low, i), at(bars.close, i));
}
