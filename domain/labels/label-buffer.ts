import type { LabelColumns, LabelOutcome } from '../core/labels';

/** One row of LabelColumns. */
export interface LabelRow {
  readonly time: number;
  readonly t1: number;
  readonly t1Row: number;
  readonly outcome: LabelOutcome;
  readonly classIndex: number;
  readonly entry: number;
  readonly exit: number;
  readonly atr: number;
}

/** Collects label rows into columns. */
export interface LabelBuffer {
  add(row: LabelRow): void;
  /** The rows so far, in columns of exactly their number. */
  columns(): LabelColumns;
}

/** A buffer for at most `capacity` rows. */
export function createLabelBuffer(capacity: number): LabelBuffer {
  const time = new Float64Array(capacity);
  const t1 = new Float64Array(capacity);
  const t1Row = new Int32Array(capacity);
  const outcome = new Int8Array(capacity);
  const classIndex = new Int8Array(capacity);
  const entry = new Float64Array(capacity);
  const exit = new Float64Array(capacity);
  const atr = new Float64Array(capacity);
  const returnAtr = new Float64Array(capacity);
  let rows = 0;
  return {
    add(row) {
      time[rows] = row.time;
      t1[rows] = row.t1;
      t1Row[rows] = row.t1Row;
      outcome[rows] = row.outcome;
      classIndex[rows] = row.classIndex;
      entry[rows] = row.entry;
      exit[rows] = row.exit;
      atr[rows] = row.atr;
      // Arithmetic on NaN may leave any of its many bit patterns; the columns are hashed, so write the plain one.
      returnAtr[rows] = Number.isNaN(row.exit) ? NaN : (row.exit - row.entry) / row.atr;
      rows += 1;
    },
    columns: () => ({
      time: time.slice(0, rows),
      t1: t1.slice(0, rows),
      t1Row: t1Row.slice(0, rows),
      outcome: outcome.slice(0, rows),
      classIndex: classIndex.slice(0, rows),
      entry: entry.slice(0, rows),
      exit: exit.slice(0, rows),
      atr: atr.slice(0, rows),
      returnAtr: returnAtr.slice(0, rows),
    }),
  };
}
