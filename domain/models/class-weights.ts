import { CLASS_COUNT, CLASS_NAMES } from '../core/classes';
import { fail, ok, type Result } from '../core/result';
import type { LabelledRows } from './contract';

/** The weight of each class among rows to learn from. */
export interface ClassWeights {
  /** Sum of the weights (or the number) of the rows of each class. */
  readonly perClass: Float64Array;
  readonly total: number;
}

/**
 * Checks rows to learn from and sums their weights by class. `InvalidLabels` where a label is no class, lengths disagree,
 * or fewer than two classes occur: there is nothing to tell apart then.
 */
export function weighClasses(rows: LabelledRows): Result<ClassWeights> {
  const { features, labels, weights } = rows;
  if (labels.length !== features.rows || (weights !== undefined && weights.length !== features.rows)) {
    return fail(
      'InvalidLabels',
      `Got ${features.rows} rows of features, ${labels.length} labels and ${weights?.length ?? 'no'} weights; expected one of each for every row.`,
    );
  }
  const perClass = new Float64Array(CLASS_COUNT);
  for (const [r, label] of labels.entries()) {
    const weight = weights === undefined ? 1 : (weights[r] ?? NaN);
    if (label < 0 || label >= CLASS_COUNT || !(weight >= 0 && Number.isFinite(weight))) {
      return fail(
        'InvalidLabels',
        `Training row ${r} has label ${label} and weight ${weight}; expected a class from 0 to ${CLASS_COUNT - 1} and a finite weight of at least 0.`,
      );
    }
    perClass[label] = (perClass[label] ?? 0) + weight;
  }
  const present = CLASS_NAMES.filter((_, c) => (perClass[c] ?? 0) > 0);
  if (present.length < 2) {
    return fail(
      'InvalidLabels',
      `The training part has ${labels.length} rows of ${present.length === 0 ? 'no class' : `the one class '${present.join('')}'`}; a model needs at least two of ${CLASS_NAMES.join(', ')}. Change the barrier multiples or the horizon, or give more bars.`,
      { rows: labels.length, perClass: [...perClass] },
    );
  }
  return ok({ perClass, total: perClass.reduce((sum, weight) => sum + weight, 0) });
}

/**
 * Laplace's rule of succession: (weight of the class + 1) / (total + CLASS_COUNT). A class that was never seen is unlikely,
 * not impossible, so its log loss stays finite.
 */
export function successionShares({ perClass, total }: ClassWeights): Float64Array {
  return perClass.map((weight) => (weight + 1) / (total + CLASS_COUNT));
}
