import { trueRange } from '../../core/atr';
import { WilderAverage } from './moving-average';

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
