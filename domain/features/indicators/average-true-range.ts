import { trueRangeOf } from '../numeric';
import { WilderAverage } from './moving-average';
import { Scratch } from './scratch';

/** True ranges of the bars of a series, given in chunks; the first bar has none. What `fill` gives holds until the next call. */
export class TrueRange {
  private previousClose = NaN;
  private readonly ranges = new Scratch();

  fill(high: Float64Array, low: Float64Array, close: Float64Array): Float64Array {
    const ranges = this.ranges.of(close.length);
    let before = this.previousClose;
    for (let i = 0; i < ranges.length; i += 1) {
      ranges[i] = trueRangeOf(high[i] ?? NaN, low[i] ?? NaN, before);
      before = close[i] ?? NaN;
    }
    this.previousClose = before;
    return ranges;
  }
}

/**
 * Wilder's average true range in price units; the first bar has no true range, so the first value stands at index
 * `period`. TA-Lib: ATR.
 */
export class AverageTrueRange {
  private readonly ranges = new TrueRange();
  private readonly average: WilderAverage;

  constructor(period: number) {
    this.average = new WilderAverage(period, 1);
  }

  /** ATR at each bar of the next chunk; holds until the next call. */
  fill(high: Float64Array, low: Float64Array, close: Float64Array): Float64Array {
    return this.average.fill(this.ranges.fill(high, low, close));
  }
}
