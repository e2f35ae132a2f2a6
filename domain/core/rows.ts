/** Half-open range of row numbers: `from` is in, `to` is out. */
export type RowRange = readonly [from: number, to: number];

export function countRows(ranges: readonly RowRange[]): number {
  return ranges.reduce((sum, [from, to]) => sum + (to - from), 0);
}

/** The row numbers of all ranges, in order. */
export function expandRanges(ranges: readonly RowRange[]): Int32Array {
  const rows = new Int32Array(countRows(ranges));
  let next = 0;
  for (const [from, to] of ranges) {
    for (let row = from; row < to; row += 1) {
      rows[next] = row;
      next += 1;
    }
  }
  return rows;
}
