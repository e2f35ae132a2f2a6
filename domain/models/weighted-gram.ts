import type { Matrix } from '../core/matrix';

/** XᵀWX / ΣW with a last column of ones; lower triangle. */
export function weightedGram(features: Matrix, weights: Float64Array | undefined): Float64Array {
  const { data, rows, columns } = features;
  const size = columns + 1;
  const gram = new Float64Array(size * size);
  const extended = new Float64Array(size);
  const totalWeight = weights === undefined ? rows : weights.reduce((sum, weight) => sum + weight, 0);
  for (let r = 0; r < rows; r += 1) {
    extended.set(data.subarray(r * columns, (r + 1) * columns));
    extended[columns] = 1;
    const share = (weights?.[r] ?? 1) / totalWeight;
    for (let i = 0; i < size; i += 1) {
      const scaled = share * (extended[i] ?? NaN);
      for (let j = 0; j <= i; j += 1) gram[i * size + j] = (gram[i * size + j] ?? 0) + scaled * (extended[j] ?? NaN);
    }
  }
  return gram;
}
