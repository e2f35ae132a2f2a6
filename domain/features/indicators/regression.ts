import { History } from './history';
import { RollingMoments } from './rolling-moments';
import { Scratch } from './scratch';

/**
 * Straight line through the last `period` values against their position, by least squares; first value at index
 * period − 1. TA-Lib: LINEARREG_SLOPE.
 *
 * What is added up is the products of values and positions, both from their means. As in `RollingMoments` the products of
 * two spans are joined by their means, so that they are exactly 0 where all values are equal.
 */
export class RegressionLine {
  private readonly history: History;
  private readonly spanMeans = new Scratch();
  private readonly spanProducts = new Scratch();
  private readonly means = new Scratch();
  private readonly products = new Scratch();
  private readonly moments: RollingMoments;

  constructor(private readonly period: number) {
    this.history = new History(period - 1);
    this.moments = new RollingMoments(period);
  }

  /** The change per step along the line at each value of the next chunk; holds until the next call. */
  slopes(chunk: Float64Array): Float64Array {
    const products = this.fill(chunk);
    const share = 1 / spreadOfSteps(this.period);
    for (let i = 0; i < products.length; i += 1) products[i] = (products[i] ?? NaN) * share;
    return products;
  }

  /** The share of the variance that the line explains, 0 to 1; 0 where all values are equal. Holds until the next call. */
  fits(chunk: Float64Array): Float64Array {
    const { squares } = this.moments.fill(chunk);
    const products = this.fill(chunk);
    const share = 1 / spreadOfSteps(this.period);
    for (let i = 0; i < products.length; i += 1) {
      const product = products[i] ?? NaN;
      const spread = squares[i] ?? NaN;
      products[i] = spread === 0 ? 0 : Math.min(1, (product * product * share) / spread);
    }
    return products;
  }

  private fill(chunk: Float64Array): Float64Array {
    const values = this.history.extend(chunk);
    const span = { means: this.spanMeans.of(values.length), products: this.spanProducts.of(values.length) };
    const window = { means: this.means.of(chunk.length), products: this.products.of(chunk.length) };
    span.means.set(values);
    span.products.fill(0);
    let done = 0;
    for (let length = 1; ; length *= 2) {
      if ((this.period & length) !== 0) {
        if (done === 0) {
          window.means.set(span.means.subarray(0, chunk.length));
          window.products.set(span.products.subarray(0, chunk.length));
        } else join(window, span, done, length, chunk.length);
        done += length;
      }
      if (2 * length > this.period) return window.products;
      join(span, span, length, length, values.length - 2 * length + 1);
    }
  }
}

interface Line {
  readonly means: Float64Array;
  readonly products: Float64Array;
}

/** Puts behind the first `done` values of each window the span of `length` that follows. */
function join(window: Line, span: Line, done: number, length: number, rows: number): void {
  const { means, products } = window;
  const { means: spanMeans, products: spanProducts } = span;
  const share = length / (done + length);
  const weight = (done * length) / 2;
  for (let i = 0; i < rows; i += 1) {
    const mean = means[i] ?? NaN;
    const distance = (spanMeans[i + done] ?? NaN) - mean;
    products[i] = (products[i] ?? NaN) + (spanProducts[i + done] ?? NaN) + distance * weight;
    means[i] = mean + distance * share;
  }
}

/** Sum of the squared distances of 0 … period − 1 from their mean. */
export function spreadOfSteps(period: number): number {
  return (period * (period * period - 1)) / 12;
}
