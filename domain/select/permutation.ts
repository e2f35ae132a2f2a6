import type { Matrix } from '../core/matrix';
import { randomFromSeed } from '../core/random';

/**
 * Permutation importance (Breiman, 2001; mean decrease of accuracy in López de Prado, 2018, ch. 8.3.2): by how much a score
 * falls when the values of one column are dealt out anew, averaged over `shuffles`. Near 0 for what the model does not use,
 * below 0 where chance helped. Every column is dealt out by the same shuffles, so the order of columns changes nothing.
 *
 * `score` judges a matrix of the same shape, larger being better; it must not keep it.
 */
export function permutationImportance(
  score: (features: Matrix) => number,
  features: Matrix,
  shuffles: readonly Int32Array[],
): Float64Array {
  const { rows, columns } = features;
  const whole = score(features);
  const dealt: Matrix = { ...features, data: features.data.slice() };
  const importances = new Float64Array(columns);
  for (let c = 0; c < columns; c += 1) {
    for (const shuffle of shuffles) {
      for (let r = 0; r < rows; r += 1) {
        dealt.data[r * columns + c] = features.data[(shuffle[r] ?? r) * columns + c] ?? NaN;
      }
      importances[c] = (importances[c] ?? 0) + (whole - score(dealt)) / shuffles.length;
    }
    for (let r = 0; r < rows; r += 1) dealt.data[r * columns + c] = features.data[r * columns + c] ?? NaN;
  }
  return importances;
}

/** `count` orders of 0 … rows − 1, each as likely as any other (Fisher and Yates), the same for the same seed. */
export function shufflesOf(rows: number, count: number, seed: number): readonly Int32Array[] {
  const random = randomFromSeed(seed);
  return Array.from({ length: count }, () => {
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    for (let last = rows - 1; last > 0; last -= 1) {
      const other = random.integer(last + 1);
      const value = order[last] ?? 0;
      order[last] = order[other] ?? 0;
      order[other] = value;
    }
    return order;
  });
}
