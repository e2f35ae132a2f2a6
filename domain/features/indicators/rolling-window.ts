import { at } from '../numeric';

/** Rows kept beyond the window before the buffer is moved to its front: makes the move rare without costing memory. */
const SLACK = 256;

/**
 * The last `size` values of a series, oldest first in memory, with the statistics that indicators need.
 *
 * Every statistic is computed anew from the values in the window, oldest to newest, and never kept as a running sum: so it
 * depends on nothing that has left the window, does not drift over ten million bars, is exactly zero where the values are
 * all equal, and is the same wherever the series began. Windows here are at most 180 values, for which this is cheap;
 * extremes over longer ones have `RollingExtreme`.
 */
export class RollingWindow {
  private readonly values: Float64Array;
  private end = 0;

  constructor(private readonly size: number) {
    this.values = new Float64Array(size + SLACK);
  }

  /** Takes one value in. True once the window is full; only then do the statistics have a meaning. */
  push(value: number): boolean {
    if (this.end === this.values.length) {
      this.values.copyWithin(0, this.end - this.size + 1, this.end);
      this.end = this.size - 1;
    }
    this.values[this.end] = value;
    this.end += 1;
    return this.end >= this.size;
  }

  /** The oldest value in the full window. */
  oldest(): number {
    return at(this.values, this.end - this.size);
  }

  newest(): number {
    return at(this.values, this.end - 1);
  }

  /** The value at a position of the full window, 0 the oldest. */
  value(position: number): number {
    return at(this.values, this.end - this.size + position);
  }

  /** Sum of the values, from the oldest to the newest. */
  sum(): number {
    let sum = 0;
    for (let i = this.end - this.size; i < this.end; i += 1) sum += at(this.values, i);
    return sum;
  }

  /** Arithmetic mean. Sums distances from the newest value, which keeps the digits and makes equal values exact. */
  mean(): number {
    const newest = at(this.values, this.end - 1);
    let sum = 0;
    for (let i = this.end - this.size; i < this.end; i += 1) sum += at(this.values, i) - newest;
    return newest + sum / this.size;
  }

  /** Population standard deviation (divisor n) by two passes around the mean; exactly 0 for equal values. */
  deviation(): number {
    const mean = this.mean();
    let squares = 0;
    for (let i = this.end - this.size; i < this.end; i += 1) {
      const distance = at(this.values, i) - mean;
      squares += distance * distance;
    }
    return Math.sqrt(squares / this.size);
  }

  /** Square root of the mean of the squares. */
  rootMeanSquare(): number {
    let squares = 0;
    for (let i = this.end - this.size; i < this.end; i += 1) {
      const value = at(this.values, i);
      squares += value * value;
    }
    return Math.sqrt(squares / this.size);
  }

  lowest(): number {
    let lowest = Infinity;
    for (let i = this.end - this.size; i < this.end; i += 1) {
      const value = at(this.values, i);
      if (value < lowest) lowest = value;
    }
    return lowest;
  }

  highest(): number {
    let highest = -Infinity;
    for (let i = this.end - this.size; i < this.end; i += 1) {
      const value = at(this.values, i);
      if (value > highest) highest = value;
    }
    return highest;
  }
}
