import type { Fold } from '../core/folds';

/** The fold whose training rows reach furthest in time, the last of equals: in walk-forward the last fold; undefined of none. */
export function furthestTrained<T extends Pick<Fold, 'train'>>(folds: readonly T[]): T | undefined {
  return folds.reduce<T | undefined>(
    (best, fold) => (best === undefined || trainedTo(fold) >= trainedTo(best) ? fold : best),
    undefined,
  );
}

function trainedTo({ train }: Pick<Fold, 'train'>): number {
  return train.at(-1)?.[1] ?? 0;
}
