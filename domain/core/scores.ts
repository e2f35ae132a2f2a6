import type { Matrix } from './matrix';

/**
 * The log loss of one row in nats: minus the logarithm of the probability given to the class that came true.
 *
 * The probability is held in [2^-52, 1], as scikit-learn's `log_loss` does, so that the loss stays finite.
 */
export function rowLogLoss(probabilities: Matrix, row: number, label: number): number {
  const given = probabilities.data[row * probabilities.columns + label] ?? NaN;
  return -Math.log(Math.min(1, Math.max(Number.EPSILON, given)));
}

/**
 * The multi-class Brier score of one row: the sum over the classes of (probability - outcome)², between 0 and 2
 * (Brier 1950, the original form; scikit-learn's `brier_score_loss` with `scale_by_half=False`).
 */
export function rowBrier(probabilities: Matrix, row: number, label: number): number {
  let sum = 0;
  for (let c = 0; c < probabilities.columns; c += 1) {
    const outcome = c === label ? 1 : 0;
    const error = (probabilities.data[row * probabilities.columns + c] ?? NaN) - outcome;
    sum += error * error;
  }
  return sum;
}

/** Whether every probability of the row is a number; a row of NaN means "no prediction". */
export function rowIsPredicted(probabilities: Matrix, row: number): boolean {
  const start = row * probabilities.columns;
  for (let c = 0; c < probabilities.columns; c += 1) {
    if (!Number.isFinite(probabilities.data[start + c])) return false;
  }
  return true;
}
