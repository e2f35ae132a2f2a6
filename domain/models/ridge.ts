import type { Matrix } from '../core/matrix';
import { emptyMatrix } from '../core/matrix';
import { choleskyFactor, choleskySolve } from './cholesky';
import { weightedGram } from './weighted-gram';

export interface RidgeProblem {
  readonly features: Matrix;
  readonly targets: Float64Array;
  readonly weights?: Float64Array;
  /** Strength of (l2 / 2) · Σ coefficients²; the intercept is free. */
  readonly l2: number;
}

/**
 * Linear regression with an L2 penalty: minimises half the weighted mean squared error plus (l2 / 2) · Σ coefficients², by
 * its normal equations. It is scikit-learn's Ridge with alpha = l2 · Σ weights.
 *
 * @returns the coefficients of the features, then the intercept
 */
export function fitRidge({ features, targets, weights, l2 }: RidgeProblem): Float64Array {
  const { data, rows, columns } = features;
  const size = columns + 1;
  const system = weightedGram(features, weights).map((value, i) =>
    i % (size + 1) === 0 && i !== size * size - 1 ? value + l2 : value,
  );
  const totalWeight = weights === undefined ? rows : weights.reduce((sum, weight) => sum + weight, 0);
  const right = new Float64Array(size);
  for (let r = 0; r < rows; r += 1) {
    const scaled = ((weights?.[r] ?? 1) / totalWeight) * (targets[r] ?? NaN);
    for (let c = 0; c < columns; c += 1) right[c] = (right[c] ?? 0) + scaled * (data[r * columns + c] ?? NaN);
    right[columns] = (right[columns] ?? 0) + scaled;
  }
  choleskySolve(choleskyFactor(system, size, 1e-12), size, right, right);
  return right;
}

/** What the coefficients, with the intercept last, say of each row: (rows x 1). */
export function predictLinear(coefficients: Float64Array, features: Matrix): Matrix {
  const { data, rows, columns } = features;
  const predicted = emptyMatrix(rows, 1);
  for (let r = 0; r < rows; r += 1) {
    let sum = coefficients[columns] ?? NaN;
    for (let c = 0; c < columns; c += 1) sum += (coefficients[c] ?? NaN) * (data[r * columns + c] ?? NaN);
    predicted.data[r] = sum;
  }
  return predicted;
}
