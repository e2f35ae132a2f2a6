import type { Matrix } from '../core/matrix';

/** Every column by itself, ascending. */
export function sortedColumns({ data, rows, columns }: Matrix): readonly Float64Array[] {
  return Array.from({ length: columns }, (_, c) =>
    Float64Array.from({ length: rows }, (__, r) => data[r * columns + c] ?? NaN).sort(),
  );
}

/** The value below which a share of the sorted values lies, between two of them in proportion (NumPy's `linear`). */
export function quantileOf(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below] ?? NaN, sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN];
  return low + (high - low) * (place - below);
}
