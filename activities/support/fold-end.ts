import type { Fold } from '../../domain/core/folds';
import { FOLD_PARTS } from '../../domain/core/folds';

/** Rows up to the end of the last part of any of the folds: what their fits can see. */
export function endOf(folds: readonly Fold[]): number {
  return Math.max(0, ...folds.flatMap((fold) => FOLD_PARTS.flatMap((part) => fold[part].map(([, to]) => to))));
}
