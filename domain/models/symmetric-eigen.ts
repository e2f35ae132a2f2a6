import type { Matrix } from '../core/matrix';

export interface Eigen {
  /** Descending. */
  readonly values: readonly number[];
  /** Of length 1, in the order of the values. */
  readonly vectors: readonly (readonly number[])[];
}

const MAX_SWEEPS = 60;

/**
 * Eigenvalues and -vectors of a symmetric matrix by Jacobi's rotations (cyclic, Golub and Van Loan, 2013, ch. 8.5): exact to
 * rounding for a hundred columns and below, and the same bytes on every machine, for it adds, multiplies and takes roots.
 */
export function symmetricEigen({ data, rows: size }: Matrix): Eigen {
  const a = data.slice();
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) v[i * size + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a, size) > 0; sweep += 1) {
    for (let p = 0; p < size - 1; p += 1) {
      for (let q = p + 1; q < size; q += 1) rotate(a, v, size, p, q);
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => (a[j * size + j] ?? 0) - (a[i * size + i] ?? 0) || i - j,
  );
  return {
    values: order.map((i) => a[i * size + i] ?? 0),
    vectors: order.map((i) => Array.from({ length: size }, (_, row) => v[row * size + i] ?? 0)),
  };
}

/** Sum of what is left beside the diagonal, where it still counts against the diagonal. */
function offDiagonal(a: Float64Array, size: number): number {
  let sum = 0;
  for (let p = 0; p < size - 1; p += 1) {
    for (let q = p + 1; q < size; q += 1) sum += isNegligible(a, size, p, q) ? 0 : Math.abs(a[p * size + q] ?? 0);
  }
  return sum;
}

function isNegligible(a: Float64Array, size: number, p: number, q: number): boolean {
  const scale = Math.sqrt(Math.abs((a[p * size + p] ?? 0) * (a[q * size + q] ?? 0)));
  const value = Math.abs(a[p * size + q] ?? 0);
  return value <= Number.EPSILON * scale || value < 1e-300;
}

/** Turns the plane of two axes so that their entry becomes 0. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const entry = a[p * size + q] ?? 0;
  if (isNegligible(a, size, p, q)) return;
  const theta = ((a[q * size + q] ?? 0) - (a[p * size + p] ?? 0)) / (2 * entry);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (m: Float64Array, i: number, j: number): void => {
    const [x, y] = [m[i] ?? 0, m[j] ?? 0];
    m[i] = c * x - s * y;
    m[j] = s * x + c * y;
  };
  for (let k = 0; k < size; k += 1) turn(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k += 1) turn(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k += 1) turn(v, k * size + p, k * size + q);
}
