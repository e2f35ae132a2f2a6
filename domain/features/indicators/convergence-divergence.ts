import { Scratch } from './scratch';

/** Columns of a chunk, in price units. */
export interface Convergence {
  readonly line: Float64Array;
  readonly histogram: Float64Array;
}

/**
 * Moving average convergence divergence: fast minus slow exponential average, its own average (signal), and the difference
 * of the two (histogram), all in price units and all from index slow + signal − 2 on.
 *
 * As in TA-Lib's MACD both averages are seeded at the same bar: the fast one from the last `fast` of the first `slow`
 * values, not from the first ones; and the line is withheld until the signal is there.
 */
export class ConvergenceDivergence {
  private fastAverage = 0;
  private slowAverage = 0;
  private signalAverage = 0;
  private count = 0;
  private readonly lines = new Scratch();
  private readonly histograms = new Scratch();

  constructor(
    private readonly fast: number,
    private readonly slow: number,
    private readonly signal: number,
  ) {}

  /** Line and histogram at each value of the next chunk; they hold until the next call. */
  fill(values: Float64Array): Convergence {
    const line = this.lines.of(values.length);
    const histogram = this.histograms.of(values.length);
    const seeding = Math.min(values.length, Math.max(0, this.slow + this.signal - 1 - this.count));
    for (let i = 0; i < seeding; i += 1) {
      const known = this.seed(values[i] ?? NaN);
      const distance = this.fastAverage - this.slowAverage;
      line[i] = known ? distance : NaN;
      histogram[i] = known ? distance - this.signalAverage : NaN;
    }
    // The three averages in variables, in one loop: fast and slow do not wait for each other.
    const [fastWeight, slowWeight, signalWeight] = [weightOf(this.fast), weightOf(this.slow), weightOf(this.signal)];
    let { fastAverage, slowAverage, signalAverage } = this;
    for (let i = seeding; i < values.length; i += 1) {
      const value = values[i] ?? NaN;
      fastAverage = (value - fastAverage) * fastWeight + fastAverage;
      slowAverage = (value - slowAverage) * slowWeight + slowAverage;
      const distance = fastAverage - slowAverage;
      signalAverage = (distance - signalAverage) * signalWeight + signalAverage;
      line[i] = distance;
      histogram[i] = distance - signalAverage;
    }
    [this.fastAverage, this.slowAverage, this.signalAverage] = [fastAverage, slowAverage, signalAverage];
    return { line, histogram };
  }

  /** One of the first values; true once all three averages are there. */
  private seed(value: number): boolean {
    const { fast, slow, signal } = this;
    this.count += 1;
    const late = this.count - (slow - fast);
    this.slowAverage = seeded(this.slowAverage, value, this.count, slow);
    if (late > 0) this.fastAverage = seeded(this.fastAverage, value, late, fast);
    const lines = this.count - slow + 1;
    if (lines > 0) this.signalAverage = seeded(this.signalAverage, this.fastAverage - this.slowAverage, lines, signal);
    return lines === signal;
  }
}

/** An exponential average after its value number `count`: a sum until `period` of them are there, then their mean. */
function seeded(average: number, value: number, count: number, period: number): number {
  if (count < period) return average + value;
  if (count === period) return (average + value) / period;
  return (value - average) * weightOf(period) + average;
}

function weightOf(period: number): number {
  return 2 / (period + 1);
}
