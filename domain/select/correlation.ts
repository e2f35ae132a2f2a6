import type { Matrix } from '../core/matrix';

/** Columns laid one after another, each with mean 0 and length 1, so that a correlation is a dot product. */
export interface UnitColumns {
  readonly data: Float64Array;
  readonly rows: number;
  /** Whether a column never changes (up to rounding): it has no correlation, and its entries are 0. */
  readonly constant: readonly boolean[];
}

/**
 * Centres and scales every column. A column counts as constant by the bound of scikit-learn's scalers: a variance that the
 * rounding of the mean alone explains. The rows must be finite.
 */
export function unitColumns({ data, rows, columns }: Matrix): UnitColumns {
  const unit = new Float64Array(rows * columns);
  const constant = Array.from({ length: columns }, (_, c) => {
    const column = unit.subarray(c * rows, (c + 1) * rows);
    let sum = 0;
    for (let r = 0; r < rows; r += 1) sum += column[r] = data[r * columns + c] ?? NaN;
    const mean = sum / rows;
    let squares = 0;
    for (let r = 0; r < rows; r += 1) squares += (column[r] = (column[r] ?? NaN) - mean) ** 2;
    const variance = squares / rows;
    const isConstant = variance <= rows * Number.EPSILON * variance + (rows * mean * Number.EPSILON) ** 2;
    const length = Math.sqrt(squares);
    for (let r = 0; r < rows; r += 1) column[r] = isConstant ? 0 : (column[r] ?? NaN) / length;
    return isConstant;
  });
  return { data: unit, rows, constant };
}

/** Pearson's correlation of two columns; 0 where one of them is constant. */
export function correlation({ data, rows }: UnitColumns, a: number, b: number): number {
  let sum = 0;
  for (let r = 0; r < rows; r += 1) sum += (data[a * rows + r] ?? 0) * (data[b * rows + r] ?? 0);
  return sum;
}
