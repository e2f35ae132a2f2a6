import { CLASS_COUNT } from '../core/classes';
import { gatherRows, type Matrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';
import { rowIsPredicted } from '../core/scores';

/** Rows that have a prediction and a class. */
export interface UsableRows {
  readonly probabilities: Matrix;
  readonly labels: Int32Array;
}

/**
 * Keeps the rows with finite probabilities and a class. `purpose` ends the sentence of the fault.
 *
 * @returns `Unexpected` where the shapes do not fit, `InvalidLabels` where no row is left
 */
export function usableRows(probabilities: Matrix, labels: ArrayLike<number>, purpose: string): Result<UsableRows> {
  if (probabilities.columns !== CLASS_COUNT || probabilities.rows !== labels.length) {
    return fail(
      'Unexpected',
      `Received probabilities of ${probabilities.rows} × ${probabilities.columns} with ${labels.length} labels; ` +
        `expected ${CLASS_COUNT} columns and one label for every row.`,
    );
  }
  const kept: number[] = [];
  for (let r = 0; r < probabilities.rows; r += 1) {
    const label = labels[r] ?? -1;
    if (label >= 0 && label < CLASS_COUNT && rowIsPredicted(probabilities, r)) kept.push(r);
  }
  if (kept.length === 0) {
    return fail(
      'InvalidLabels',
      `Not one of ${probabilities.rows} validation rows has both a prediction and a class ${purpose}: ` +
        'give more bars or a longer validation part.',
    );
  }
  return ok({
    probabilities: gatherRows(probabilities, kept),
    labels: Int32Array.from(kept, (r) => labels[r] ?? -1),
  });
}
