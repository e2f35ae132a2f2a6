import { WeightedSum } from './weighted-sum';

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
  private readonly sum: WeightedSum;

  constructor(order: number, width: number) {
    this.sum = new WeightedSum(fractionalWeights(order, width).reverse());
  }

  /** At each value of the next chunk; holds until the next call. */
  fill(values: Float64Array): Float64Array {
    return this.sum.fill(values);
  }
}
