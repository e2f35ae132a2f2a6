import { History } from './history';
import { RollingMoments, type Moments } from './rolling-moments';
import { Scratch } from './scratch';

/**
 * Two series side by side over the last `period` values, each from the mean of the window; first value at index period − 1.
 * TA-Lib: CORREL, which like this one gives 0 where one of the two does not vary. What is given holds until the next call.
 */
export class PairedWindow {
  private readonly first: History;
  private readonly second: History;
  private readonly ofFirst: RollingMoments;
  private readonly ofSecond: RollingMoments;
  private readonly result = new Scratch();

  constructor(private readonly period: number) {
    this.first = new History(period - 1);
    this.second = new History(period - 1);
    this.ofFirst = new RollingMoments(period);
    this.ofSecond = new RollingMoments(period);
  }

  /** Pearson's correlation, −1 to 1; 0 where one series does not vary. */
  correlations(first: Float64Array, second: Float64Array): Float64Array {
    const [a, b] = [this.ofFirst.fill(first), this.ofSecond.fill(second)];
    const products = this.products(first, second, a, b);
    for (let i = 0; i < products.length; i += 1) {
      const spread = Math.sqrt(a.squares[i] ?? NaN) * Math.sqrt(b.squares[i] ?? NaN);
      products[i] = Math.max(-1, Math.min(1, quotientOrZero(products[i] ?? NaN, spread)));
    }
    return products;
  }

  /** Slope of the first series on the second; 0 where the second does not vary. */
  betas(first: Float64Array, second: Float64Array): Float64Array {
    const [a, b] = [this.ofFirst.fill(first), this.ofSecond.fill(second)];
    const products = this.products(first, second, a, b);
    for (let i = 0; i < products.length; i += 1) {
      products[i] = quotientOrZero(products[i] ?? NaN, b.squares[i] ?? NaN);
    }
    return products;
  }

  /** Sums of the products of the distances from the means. */
  private products(first: Float64Array, second: Float64Array, a: Moments, b: Moments): Float64Array {
    const [firsts, seconds] = [this.first.extend(first), this.second.extend(second)];
    const products = this.result.of(first.length);
    const { period } = this;
    for (let i = 0; i < products.length; i += 1) {
      const meanFirst = a.means[i] ?? NaN;
      const meanSecond = b.means[i] ?? NaN;
      let sum = 0;
      for (let k = i; k < i + period; k += 1) {
        sum += ((firsts[k] ?? NaN) - meanFirst) * ((seconds[k] ?? NaN) - meanSecond);
      }
      products[i] = sum;
    }
    return products;
  }
}

/** 0 where the divisor is, unless what is divided is missing. */
function quotientOrZero(numerator: number, denominator: number): number {
  if (denominator === 0) return Number.isNaN(numerator) ? NaN : 0;
  return numerator / denominator;
}
