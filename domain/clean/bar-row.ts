import { sliceBars } from '../core/bars';
import type { BarColumns } from '../core/bars';
import type { LedgerRow } from '../core/ledger';

/** One bar read out of its columns. `row` counts from 0 in the source's order. */
export type BarRow = LedgerRow;

/** Reads bar `index` of a chunk. */
export function readBar(bars: BarColumns, index: number, row: number): BarRow {
  return {
    row,
    time: bars.time[index] ?? NaN,
    open: bars.open[index] ?? NaN,
    high: bars.high[index] ?? NaN,
    low: bars.low[index] ?? NaN,
    close: bars.close[index] ?? NaN,
    volume: bars.volume[index] ?? NaN,
  };
}

/** Columns that grow only up to the capacity they were made with. */
export interface BarWriter {
  push(bar: BarRow): void;
  /** Views on what was pushed. */
  written(): BarColumns;
}

export function createBarWriter(capacity: number): BarWriter {
  const column = (): Float64Array => new Float64Array(capacity);
  const bars = { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  let rows = 0;
  return {
    push: (bar) => {
      bars.time[rows] = bar.time;
      bars.open[rows] = bar.open;
      bars.high[rows] = bar.high;
      bars.low[rows] = bar.low;
      bars.close[rows] = bar.close;
      bars.volume[rows] = bar.volume;
      rows += 1;
    },
    written: () => sliceBars(bars, 0, rows),
  };
}
