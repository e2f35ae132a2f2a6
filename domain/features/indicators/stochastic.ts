import { SimpleAverage } from './moving-average';
import { RollingWindow } from './rolling-window';

/**
 * Slow stochastic oscillator, 0 to 100: %K is the place of the close in the range of `period` bars, averaged over
 * `slowing` bars; %D averages %K over `signal` bars. Both from index period + slowing + signal − 3 on. A window without
 * range counts as 0. TA-Lib: STOCH with simple averages.
 */
export class Stochastic {
  k = NaN;
  d = NaN;
  private readonly highs: RollingWindow;
  private readonly lows: RollingWindow;
  private readonly slowing: SimpleAverage;
  private readonly signal: SimpleAverage;
  private count = 0;

  constructor(
    period: number,
    private readonly slowingBars: number,
    signal: number,
  ) {
    this.highs = new RollingWindow(period);
    this.lows = new RollingWindow(period);
    this.slowing = new SimpleAverage(slowingBars);
    this.signal = new SimpleAverage(signal);
  }

  push(high: number, low: number, close: number): void {
    const full = this.highs.push(high);
    this.lows.push(low);
    if (!full) return;
    const lowest = this.lows.lowest();
    const range = this.highs.highest() - lowest;
    const k = this.slowing.push(range === 0 ? 0 : (100 * (close - lowest)) / range);
    this.count += 1;
    if (this.count < this.slowingBars) return;
    this.d = this.signal.push(k);
    this.k = Number.isNaN(this.d) ? NaN : k;
  }
}
