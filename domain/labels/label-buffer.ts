import type { SidedLabelColumns } from '../core/labels';

/** Columns for `capacity` rows, to be filled. */
export function allocateLabels(capacity: number): SidedLabelColumns {
  const doubles = (): Float64Array => new Float64Array(capacity);
  return {
    time: doubles(),
    t1: doubles(),
    t1Row: new Int32Array(capacity),
    outcome: new Int8Array(capacity),
    classIndex: new Int8Array(capacity),
    entry: doubles(),
    exit: doubles(),
    atr: doubles(),
    returnAtr: doubles(),
    exitLong: doubles(),
    t1RowLong: new Int32Array(capacity),
    exitShort: doubles(),
    t1RowShort: new Int32Array(capacity),
  };
}

/** Views on the first rows. */
export function firstRows(labels: SidedLabelColumns, rows: number): SidedLabelColumns {
  if (rows === labels.time.length) return labels;
  return {
    time: labels.time.subarray(0, rows),
    t1: labels.t1.subarray(0, rows),
    t1Row: labels.t1Row.subarray(0, rows),
    outcome: labels.outcome.subarray(0, rows),
    classIndex: labels.classIndex.subarray(0, rows),
    entry: labels.entry.subarray(0, rows),
    exit: labels.exit.subarray(0, rows),
    atr: labels.atr.subarray(0, rows),
    returnAtr: labels.returnAtr.subarray(0, rows),
    exitLong: labels.exitLong.subarray(0, rows),
    t1RowLong: labels.t1RowLong.subarray(0, rows),
    exitShort: labels.exitShort.subarray(0, rows),
    t1RowShort: labels.t1RowShort.subarray(0, rows),
  };
}
