import { RollingWindow } from './rolling-window';

/**
 * Weights of fractional differentiation of order d over a fixed window, the newest value first: w(0) = 1,
 * w(k) = −w(k − 1) · (d − k + 1) / k. Order 0 leaves the series as it is, order 1 gives its one-bar changes. Hosking (1981);
 * López de Prado (2018), ch. 5, "fixed-width window".
 */
export function fractionalWeights(order: number, width: number): Float64Array {
  const weights = new Float64Array(width);
  let weight = 1;
  for (let k = 0; k < width; k += 1) {
    if (k > 0) weight *= -(order - k + 1) / k;
    weights[k] = weight;
  }
  return weights;
}

/** The fractionally differentiated series; first value at index width − 1, from the last `width` values alone. */
export class FractionalDifference {
  private readonly window: RollingWindow;
  private readonly weights: Float64Array;

  constructor(
    order: number,
    private readonly width: number,
  ) {
    this.window = new RollingWindow(width);
    this.weights = fractionalWeights(order, width);
  }

  push(value: number): number {
    if (!this.window.push(value)) return NaN;
    let sum = 0;
    for (let i = 0; i < this.width; i += 1) sum += (this.weights[this.width - 1 - i] ?? NaN) * this.window.value(i);
    return sum;
  }
}
