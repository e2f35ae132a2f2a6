import { CLASS_COUNT } from '../core/classes';
import type { Matrix } from '../core/matrix';

/**
 * No calibrated probability is allowed below this, nor above 1 minus this: an isotonic step of exactly 0 would make one
 * surprise cost an infinite log loss. The same bounds hold for the input of the logarithms in Platt and temperature.
 */
const PROBABILITY_FLOOR = 1e-7;

export function clipProbability(probability: number): number {
  return Math.min(1 - PROBABILITY_FLOOR, Math.max(PROBABILITY_FLOOR, probability));
}

/** The log-odds of a probability, clipped first. */
export function logOdds(probability: number): number {
  const clipped = clipProbability(probability);
  return Math.log(clipped / (1 - clipped));
}

/**
 * Divides row `row` of `output` by its sum; a row that sums to zero becomes uniform, as in scikit-learn's
 * `CalibratedClassifierCV`. A row of NaN stays NaN.
 */
export function normaliseRow(output: Matrix, row: number): void {
  const { data } = output;
  const start = row * CLASS_COUNT;
  let sum = 0;
  for (let c = 0; c < CLASS_COUNT; c += 1) sum += data[start + c] ?? NaN;
  for (let c = 0; c < CLASS_COUNT; c += 1) {
    data[start + c] = sum === 0 ? 1 / CLASS_COUNT : (data[start + c] ?? NaN) / sum;
  }
}

/**
 * Clips row `row` of `output` to the floor and divides by the new sum. A row that is already inside keeps its bits; the
 * division moves a clipped value by less than three parts in ten million.
 */
export function clipRow(output: Matrix, row: number): void {
  const { data } = output;
  const start = row * CLASS_COUNT;
  let clipped = false;
  for (let c = 0; c < CLASS_COUNT; c += 1) {
    const before = data[start + c] ?? NaN;
    const after = clipProbability(before);
    if (after !== before && !Number.isNaN(before)) clipped = true;
    data[start + c] = after;
  }
  if (clipped) normaliseRow(output, row);
}
