import { RollingWindow } from './rolling-window';

/** Simple moving average over `period` values; first value at index period − 1. TA-Lib: SMA. */
export class SimpleAverage {
  private readonly window: RollingWindow;

  constructor(period: number) {
    this.window = new RollingWindow(period);
  }

  push(value: number): number {
    return this.window.push(value) ? this.window.mean() : NaN;
  }
}

/**
 * A recursive average that starts, as everywhere in TA-Lib, from the simple mean of its first `period` values; first value
 * at index period − 1. A missing value makes it NaN for good: a wrong number would not be noticed.
 */
abstract class SeededAverage {
  private count = 0;
  private average = 0;

  constructor(protected readonly period: number) {}

  push(value: number): number {
    if (this.count >= this.period) {
      this.average = this.next(this.average, value);
      return this.average;
    }
    this.average += value;
    this.count += 1;
    if (this.count < this.period) return NaN;
    this.average /= this.period;
    return this.average;
  }

  protected abstract next(average: number, value: number): number;
}

/** Exponential moving average with weight 2 / (period + 1). TA-Lib: EMA. */
export class ExponentialAverage extends SeededAverage {
  protected override next(average: number, value: number): number {
    return (value - average) * (2 / (this.period + 1)) + average;
  }
}

/**
 * Wilder's average, weight 1 / period: the smoothing inside TA-Lib's ATR, RSI and ADX (Wilder, New Concepts in Technical
 * Trading Systems, 1978).
 */
export class WilderAverage extends SeededAverage {
  protected override next(average: number, value: number): number {
    return (average * (this.period - 1) + value) / this.period;
  }
}
