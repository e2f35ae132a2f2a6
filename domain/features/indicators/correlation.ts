import { RollingWindow } from './rolling-window';

/**
 * Two series side by side over the last `period` values, computed anew from the window; first value at index period − 1.
 * TA-Lib: CORREL, which like this one gives 0 where one of the two does not vary.
 */
export class PairedWindow {
  private readonly first: RollingWindow;
  private readonly second: RollingWindow;

  constructor(private readonly period: number) {
    this.first = new RollingWindow(period);
    this.second = new RollingWindow(period);
  }

  /** True once the window is full. */
  push(first: number, second: number): boolean {
    this.second.push(second);
    return this.first.push(first);
  }

  /** Pearson's correlation, −1 to 1; 0 where one series does not vary. */
  correlation(): number {
    const spread = this.first.deviation() * this.second.deviation();
    const covariance = this.covariance();
    if (spread === 0) return Number.isNaN(covariance) ? NaN : 0;
    return Math.max(-1, Math.min(1, covariance / spread));
  }

  /** Slope of the first series on the second; 0 where the second does not vary. */
  beta(): number {
    const deviation = this.second.deviation();
    const covariance = this.covariance();
    if (deviation === 0) return Number.isNaN(covariance) ? NaN : 0;
    return covariance / (deviation * deviation);
  }

  private covariance(): number {
    const meanFirst = this.first.mean();
    const meanSecond = this.second.mean();
    let products = 0;
    for (let i = 0; i < this.period; i += 1) {
      products += (this.first.value(i) - meanFirst) * (this.second.value(i) - meanSecond);
    }
    return products / this.period;
  }
}
