import { sliceBars, type BarColumns } from '../../domain/core/bars';

/** Maps a whole series to columns, each as long as the series. Must start afresh on every call. */
export type ComputeColumns = (bars: BarColumns) => readonly Float64Array[];

/** A value that changed when the future was cut off: a look-ahead. */
export interface PrefixViolation {
  /** Rows that were kept. */
  readonly cut: number;
  readonly column: number;
  /** The first row of the column that differs. */
  readonly row: number;
  readonly whole: number;
  readonly prefix: number;
}

/**
 * Looks for look-ahead: computes the columns of the whole series and of the series cut after `cut` rows, and compares what
 * both have, byte for byte (so NaN equals NaN only with the same bits, and 0 differs from −0).
 *
 * @returns the first differing row of each column and cut; empty where no value up to a cut depends on what follows it.
 */
export function findPrefixViolations(
  compute: ComputeColumns,
  bars: BarColumns,
  cuts: readonly number[],
): PrefixViolation[] {
  const whole = compute(copyBars(bars, bars.time.length));
  return cuts.flatMap((cut) => {
    const prefix = compute(copyBars(bars, cut));
    if (prefix.length !== whole.length)
      throw new Error(`${prefix.length} columns of a prefix, ${whole.length} of the whole`);
    return prefix.flatMap((column, index) => compareColumn(whole[index]!, column, cut, index));
  });
}

/** The first row at which two columns differ in their bytes over the length of the shorter one; −1 where none does. */
export function firstByteDifference(a: Float64Array, b: Float64Array): number {
  const bitsOfA = bitsOf(a);
  const bitsOfB = bitsOf(b);
  const rows = Math.min(a.length, b.length);
  for (let row = 0; row < rows; row += 1) if (bitsOfA[row] !== bitsOfB[row]) return row;
  return -1;
}

function compareColumn(whole: Float64Array, prefix: Float64Array, cut: number, column: number): PrefixViolation[] {
  if (prefix.length !== cut) throw new Error(`column ${column} has ${prefix.length} rows for ${cut} bars`);
  const row = firstByteDifference(whole, prefix);
  return row < 0 ? [] : [{ cut, column, row, whole: whole[row]!, prefix: prefix[row]! }];
}

/** A real copy, so that no computation can reach what lies behind a view. */
function copyBars(bars: BarColumns, rows: number): BarColumns {
  const view = sliceBars(bars, 0, rows);
  return {
    time: view.time.slice(),
    open: view.open.slice(),
    high: view.high.slice(),
    low: view.low.slice(),
    close: view.close.slice(),
    volume: view.volume.slice(),
  };
}

function bitsOf(column: Float64Array): BigUint64Array {
  return new BigUint64Array(column.buffer, column.byteOffset, column.length);
}
