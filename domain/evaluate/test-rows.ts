import { CLASS_COUNT, CLASS_NAMES } from '../core/classes';
import type { Matrix } from '../core/matrix';
import { rowIsPredicted } from '../core/scores';

/** The test rows of all folds in time order: what was forecast and what came of it. */
export interface TestRows {
  /** Rows × CLASS_COUNT calibrated probabilities; a row with a NaN has no prediction. */
  readonly probabilities: Matrix;
  /** Class that came true; NO_CLASS (or anything negative) where there is none. */
  readonly classIndex: ArrayLike<number>;
  /** (exit - entry) / ATR of the label; NaN where it has none. */
  readonly returnAtr: Float64Array;
}

/** Whether row `r` counts in the classification metrics: it has a prediction and a class. */
export function isClassified(rows: TestRows, r: number): boolean {
  const label = rows.classIndex[r] ?? -1;
  return label >= 0 && label < CLASS_COUNT && rowIsPredicted(rows.probabilities, r);
}

/** Whether row `r` counts in the information coefficient: it has a prediction and a return, with a class or not. */
export function isScored(rows: TestRows, r: number): boolean {
  return Number.isFinite(rows.returnAtr[r]) && rowIsPredicted(rows.probabilities, r);
}

const DOWN = CLASS_NAMES.indexOf('down');
const UP = CLASS_NAMES.indexOf('up');

/** The directional score P(up) - P(down) of row `r`, in [-1, 1]; NaN without a prediction. */
export function directionScore(probabilities: Matrix, r: number): number {
  const start = r * probabilities.columns;
  return (probabilities.data[start + UP] ?? NaN) - (probabilities.data[start + DOWN] ?? NaN);
}

/** The forecast class of row `r`: the most probable one, the first of them on a tie. */
export function topClass(probabilities: Matrix, r: number): number {
  const start = r * probabilities.columns;
  let top = 0;
  for (let c = 1; c < probabilities.columns; c += 1) {
    if ((probabilities.data[start + c] ?? NaN) > (probabilities.data[start + top] ?? NaN)) top = c;
  }
  return top;
}

/** The bin of a probability among `bins` of equal width on [0, 1]; the lower edge belongs to the bin, 1 to the last. */
export function binOf(probability: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.floor(probability * bins)));
}
