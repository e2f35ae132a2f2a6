import { CLASS_COUNT, NO_CLASS } from '../core/classes';
import type { Matrix } from '../core/matrix';

/**
 * How far the classes lie apart along each column: the share of its variance that lies between the classes (the correlation
 * ratio η² of Pearson, 1905; scikit-learn's `f_classif` is a growing function of it). In [0, 1]; 0 for a constant column.
 * Judges every column alone, so correlated columns do not take each other's score away, as they do inside a model. Rows
 * without a class are left out.
 */
export function classSeparation(
  { data, rows, columns }: Matrix,
  classIndex: Int8Array | Int32Array,
): Float64Array<ArrayBuffer> {
  const counts = new Float64Array(CLASS_COUNT);
  const sums = new Float64Array(CLASS_COUNT * columns);
  for (let r = 0; r < rows; r += 1) {
    const index = classIndex[r] ?? NO_CLASS;
    if (index === NO_CLASS) continue;
    counts[index] = (counts[index] ?? 0) + 1;
    for (let c = 0; c < columns; c += 1) {
      sums[index * columns + c] = (sums[index * columns + c] ?? 0) + (data[r * columns + c] ?? NaN);
    }
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const scores = new Float64Array(columns);
  for (let c = 0; c < columns; c += 1) {
    const classes = [...counts.keys()].map((k) => ({ count: counts[k] ?? 0, sum: sums[k * columns + c] ?? 0 }));
    const mean = classes.reduce((sum, found) => sum + found.sum, 0) / total;
    const between = classes.reduce(
      (sum, found) => (found.count === 0 ? sum : sum + found.count * (found.sum / found.count - mean) ** 2),
      0,
    );
    let squares = 0;
    for (let r = 0; r < rows; r += 1) {
      if ((classIndex[r] ?? NO_CLASS) !== NO_CLASS) squares += ((data[r * columns + c] ?? NaN) - mean) ** 2;
    }
    scores[c] = squares > 0 ? Math.min(1, between / squares) : 0;
  }
  return scores;
}
