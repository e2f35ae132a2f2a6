import { ExponentialAverage } from './moving-average';

/**
 * Moving average convergence divergence: fast minus slow exponential average, its own average (signal), and the difference
 * of the two (histogram), all in price units and all from index slow + signal − 2 on.
 *
 * As in TA-Lib's MACD both averages are seeded at the same bar: the fast one from the last `fast` of the first `slow`
 * values, not from the first ones; and the line is withheld until the signal is there.
 */
export class ConvergenceDivergence {
  line = NaN;
  histogram = NaN;
  private readonly fastAverage: ExponentialAverage;
  private readonly slowAverage: ExponentialAverage;
  private readonly signalAverage: ExponentialAverage;
  private count = 0;

  constructor(
    private readonly fast: number,
    private readonly slow: number,
    signal: number,
  ) {
    this.fastAverage = new ExponentialAverage(fast);
    this.slowAverage = new ExponentialAverage(slow);
    this.signalAverage = new ExponentialAverage(signal);
  }

  push(value: number): void {
    this.count += 1;
    const slow = this.slowAverage.push(value);
    if (this.count <= this.slow - this.fast) return;
    const line = this.fastAverage.push(value) - slow;
    if (this.count < this.slow) return;
    const signal = this.signalAverage.push(line);
    this.line = Number.isNaN(signal) ? NaN : line;
    this.histogram = line - signal;
  }
}
