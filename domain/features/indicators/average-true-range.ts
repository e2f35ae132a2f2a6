import { WilderAverage } from './moving-average';

/** The larger of the bar's range and its distances from the close before it. TA-Lib: TRANGE. */
export function trueRange(high: number, low: number, previousClose: number): number {
  return Math.max(high - low, Math.abs(high - previousClose), Math.abs(low - previousClose));
}

/**
 * Wilder's average true range in price units; the first bar has no true range, so the first value stands at index
 * `period`. TA-Lib: ATR.
 */
export class AverageTrueRange {
  private readonly average: WilderAverage;
  private previousClose = NaN;
  private started = false;

  constructor(period: number) {
    this.average = new WilderAverage(period);
  }

  push(high: number, low: number, close: number): number {
    const previousClose = this.previousClose;
    this.previousClose = close;
    if (this.started) return this.average.push(trueRange(high, low, previousClose));
    this.started = true;
    return NaN;
  }
}
