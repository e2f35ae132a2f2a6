/**
 * Lower Cholesky factor of a symmetric positive definite (size x size) matrix, row-major; only its lower triangle is read.
 * A pivot that rounding made non-positive is raised to `smallestPivot`, so that a nearly singular matrix still gives a
 * usable preconditioner.
 */
export function choleskyFactor(matrix: Float64Array, size: number, smallestPivot: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * size + j] ?? 0;
      for (let k = 0; k < j; k += 1) sum -= (factor[i * size + k] ?? 0) * (factor[j * size + k] ?? 0);
      factor[i * size + j] = i === j ? Math.sqrt(Math.max(sum, smallestPivot)) : sum / (factor[j * size + j] ?? 1);
    }
  }
  return factor;
}

/** Solves L Lᵀ x = b, where L is `factor`; fills `x`, which may be `b`. */
export function choleskySolve(factor: Float64Array, size: number, b: Float64Array, x: Float64Array): void {
  for (let i = 0; i < size; i += 1) {
    let sum = b[i] ?? 0;
    for (let k = 0; k < i; k += 1) sum -= (factor[i * size + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (factor[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < size; k += 1) sum -= (factor[k * size + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (factor[i * size + i] ?? 1);
  }
}
