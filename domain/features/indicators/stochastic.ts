import { SimpleAverage } from './moving-average';
import { RollingExtreme } from './rolling-extreme';

/**
 * Slow stochastic oscillator, 0 to 100: %K is the place of the close in the range of `period` bars, averaged over
 * `slowing` bars; %D averages %K over `signal` bars. Both from index period + slowing + signal − 3 on. A window without
 * range counts as 0. TA-Lib: STOCH with simple averages.
 */
export class Stochastic {
  k = NaN;
  d = NaN;
  private readonly highs: RollingExtreme;
  private readonly lows: RollingExtreme;
  private readonly slowing: SimpleAverage;
  private readonly signal: SimpleAverage;
  private bars = 0;
  private count = 0;

  constructor(
    private readonly period: number,
    private readonly slowingBars: number,
    signal: number,
  ) {
    this.highs = new RollingExtreme(period, 'highest');
    this.lows = new RollingExtreme(period, 'lowest');
    this.slowing = new SimpleAverage(slowingBars);
    this.signal = new SimpleAverage(signal);
  }

  push(high: number, low: number, close: number): void {
    const highest = this.highs.push(high);
    const lowest = this.lows.push(low);
    this.bars += 1;
    if (this.bars < this.period) return;
    const range = highest - lowest;
    const k = this.slowing.push(range === 0 ? 0 : (100 * (close - lowest)) / range);
    this.count += 1;
    if (this.count < this.slowingBars) return;
    this.d = this.signal.push(k);
    this.k = Number.isNaN(this.d) ? NaN : k;
  }
}
