import { Scratch } from './scratch';

/**
 * A recursive average that starts, as everywhere in TA-Lib, from the simple mean of its first `period` values; first value
 * at index period − 1. A missing value makes it NaN for good: a wrong number would not be noticed.
 */
abstract class SeededAverage {
  private count = 0;
  private average = 0;
  private readonly averages = new Scratch();

  /** The first `skip` values, which a series may not have yet, are left out. */
  constructor(
    protected readonly period: number,
    private readonly skip = 0,
  ) {}

  /** The average at each value of the next chunk; holds until the next call. */
  fill(values: Float64Array): Float64Array {
    const averages = this.averages.of(values.length);
    const seeding = Math.min(values.length, Math.max(0, this.skip + this.period - this.count));
    for (let i = 0; i < seeding; i += 1) averages[i] = this.seed(values[i] ?? NaN);
    if (seeding < values.length) this.average = this.follow(values, seeding, averages, this.average);
    return averages;
  }

  /** Writes the averages from row `from` on, after `average`, and returns the last. */
  protected abstract follow(values: Float64Array, from: number, averages: Float64Array, average: number): number;

  private seed(value: number): number {
    this.count += 1;
    if (this.count <= this.skip) return NaN;
    this.average += value;
    if (this.count < this.skip + this.period) return NaN;
    this.average /= this.period;
    return this.average;
  }
}

/** Exponential moving average with weight 2 / (period + 1). TA-Lib: EMA. */
export class ExponentialAverage extends SeededAverage {
  protected override follow(values: Float64Array, from: number, averages: Float64Array, average: number): number {
    const weight = 2 / (this.period + 1);
    let last = average;
    for (let i = from; i < values.length; i += 1) {
      last = ((values[i] ?? NaN) - last) * weight + last;
      averages[i] = last;
    }
    return last;
  }
}

/**
 * Wilder's average, weight 1 / period: the smoothing inside TA-Lib's ATR, RSI and ADX (Wilder, New Concepts in Technical
 * Trading Systems, 1978).
 */
export class WilderAverage extends SeededAverage {
  protected override follow(values: Float64Array, from: number, averages: Float64Array, average: number): number {
    // Two products instead of a division: each bar waits for the one before it, and a division takes three times as long.
    const weight = 1 / this.period;
    const kept = (this.period - 1) / this.period;
    let last = average;
    for (let i = from; i < values.length; i += 1) {
      last = last * kept + (values[i] ?? NaN) * weight;
      averages[i] = last;
    }
    return last;
  }
}
