import type { Matrix } from '../core/matrix';
import { choleskyFactor, choleskySolve } from './cholesky';
import type { LabelledRows } from './contract';
import { minimise, type Minimum, type MinimiseSettings, type Objective } from './lbfgs';
import { weightedGram } from './weighted-gram';

export interface SoftmaxProblem {
  /** Labels are indices into the classes that are fitted, 0 to `classCount` - 1. */
  readonly rows: LabelledRows;
  readonly classCount: number;
  /** Strength of (l2 / 2) · Σ weights²; the intercepts are free. */
  readonly l2: number;
}

/**
 * Multinomial logistic regression: minimises the weighted mean cross-entropy plus (l2 / 2) · Σ weights², intercepts not
 * penalised. It is scikit-learn's LogisticRegression with C = 1 / (l2 · rows).
 *
 * The point is laid out class by class: the weights of the features, then the intercept.
 */
export function fitSoftmax(problem: SoftmaxProblem, settings: Omit<MinimiseSettings, 'precondition'>): Minimum {
  const { features } = problem.rows;
  const start = new Float64Array(problem.classCount * (features.columns + 1));
  return minimise(crossEntropy(problem), start, { ...settings, precondition: gramPreconditioner(problem) });
}

/** Fills `scores` (one per class) with the softmax of one row. */
export function softmaxRow(point: Float64Array, features: Matrix, row: number, scores: Float64Array): void {
  const { data, columns } = features;
  const start = row * columns;
  let highest = -Infinity;
  for (let k = 0; k < scores.length; k += 1) {
    const offset = k * (columns + 1);
    let score = point[offset + columns] ?? NaN;
    for (let c = 0; c < columns; c += 1) score += (point[offset + c] ?? NaN) * (data[start + c] ?? NaN);
    scores[k] = score;
    highest = Math.max(highest, score);
  }
  let total = 0;
  for (let k = 0; k < scores.length; k += 1) {
    const exponential = Math.exp((scores[k] ?? NaN) - highest);
    scores[k] = exponential;
    total += exponential;
  }
  for (let k = 0; k < scores.length; k += 1) scores[k] = (scores[k] ?? NaN) / total;
}

function crossEntropy({ rows: { features, labels, weights }, classCount, l2 }: SoftmaxProblem): Objective {
  const { data, rows, columns } = features;
  const totalWeight = weights === undefined ? rows : weights.reduce((sum, weight) => sum + weight, 0);
  const shares = new Float64Array(classCount);
  return (point, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let r = 0; r < rows; r += 1) {
      const share = (weights?.[r] ?? 1) / totalWeight;
      const label = labels[r] ?? 0;
      softmaxRow(point, features, r, shares);
      // Never below the smallest double: a probability that underflowed gives a large loss, not an infinite one.
      loss -= share * Math.log(Math.max(shares[label] ?? NaN, Number.MIN_VALUE));
      for (let k = 0; k < classCount; k += 1) {
        const residual = share * ((shares[k] ?? NaN) - (k === label ? 1 : 0));
        const offset = k * (columns + 1);
        for (let c = 0; c < columns; c += 1) {
          gradient[offset + c] = (gradient[offset + c] ?? 0) + residual * (data[r * columns + c] ?? NaN);
        }
        gradient[offset + columns] = (gradient[offset + columns] ?? 0) + residual;
      }
    }
    return loss + addPenalty(point, gradient, columns, l2);
  };
}

/** Adds the penalty's gradient and returns its value. */
function addPenalty(point: Float64Array, gradient: Float64Array, columns: number, l2: number): number {
  let penalty = 0;
  for (let i = 0; i < point.length; i += 1) {
    if (i % (columns + 1) === columns) continue;
    const weight = point[i] ?? 0;
    penalty += (l2 / 2) * weight * weight;
    gradient[i] = (gradient[i] ?? 0) + l2 * weight;
  }
  return penalty;
}

/**
 * The Hessian where all classes are equally likely, which is (1 / classCount) · XᵀX / n + l2 for each class on the space
 * where the classes sum to zero. Market features say little, so the optimum is near that point and a handful of
 * iterations are enough, however correlated the features are.
 */
function gramPreconditioner({
  rows: { features, weights },
  classCount,
  l2,
}: SoftmaxProblem): MinimiseSettings['precondition'] {
  const size = features.columns + 1;
  const gram = weightedGram(features, weights);
  const hessian = gram.map((value, i) => {
    const diagonal = i % (size + 1) === 0;
    const penalised = diagonal && i !== size * size - 1;
    return value / classCount + (penalised ? l2 : 0);
  });
  const factor = choleskyFactor(hessian, size, 1e-12);
  return (vector, out) => {
    for (let k = 0; k < classCount; k += 1) {
      choleskySolve(factor, size, vector.subarray(k * size, (k + 1) * size), out.subarray(k * size, (k + 1) * size));
    }
  };
}
