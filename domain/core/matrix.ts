/** A dense row-major matrix of doubles: element (r, c) is `data[r * columns + c]`. */
export interface Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

export function emptyMatrix(rows: number, columns: number): Matrix {
  return { data: new Float64Array(rows * columns), rows, columns };
}

/** Copies the named rows into a new matrix, in the order given. */
export function gatherRows(matrix: Matrix, rowIndices: ArrayLike<number>): Matrix {
  const gathered = emptyMatrix(rowIndices.length, matrix.columns);
  for (let i = 0; i < rowIndices.length; i += 1) {
    const start = (rowIndices[i] ?? 0) * matrix.columns;
    gathered.data.set(matrix.data.subarray(start, start + matrix.columns), i * matrix.columns);
  }
  return gathered;
}

/** Builds a row-major matrix from columns of equal length. */
export function matrixFromColumns(columns: readonly Float64Array[]): Matrix {
  const rows = columns[0]?.length ?? 0;
  const matrix = emptyMatrix(rows, columns.length);
  for (const [c, column] of columns.entries()) {
    for (let r = 0; r < rows; r += 1) matrix.data[r * columns.length + c] = column[r] ?? NaN;
  }
  return matrix;
}
