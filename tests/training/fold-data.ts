import { randomFromSeed } from '../../domain/core/random';
import type { Fold } from '../../domain/core/folds';
import type { RowRange } from '../../domain/core/rows';

/** Features of which the first decides the class, with noise. Nothing is missing. */
export function sampleFoldData(rows: number, seed = 1) {
  const random = randomFromSeed(seed);
  const columns = 4;
  const data = Float64Array.from({ length: rows * columns }, () => random.normal());
  const classIndex = Int8Array.from({ length: rows }, (_, r) => {
    const score = (data[r * columns] ?? 0) + random.normal();
    return score < -0.5 ? 0 : score < 0.5 ? 1 : 2;
  });
  const featureNames = Array.from({ length: columns }, (_, c) => `f${c}`);
  return { features: { data, rows, columns }, featureNames, classIndex };
}

/** 60 / 10 / 10 / 20, with two rows purged between parts. */
export function foldOf(rows: number): Fold {
  const at = (share: number): number => Math.round(rows * share);
  const part = (from: number, to: number): RowRange[] => [[at(from) + 2, at(to)]];
  const boundaries = [0, 0] as const;
  return {
    id: 'holdout',
    train: [[0, at(0.3)], ...part(0.3, 0.6)],
    stopping: part(0.6, 0.7),
    choosing: part(0.7, 0.8),
    test: part(0.8, 1),
    boundaries: { train: boundaries, stopping: boundaries, choosing: boundaries, test: boundaries },
    purged: { train: 2, stopping: 2, choosing: 2, test: 2 },
  };
}
