import type { BarColumns } from '../core/bars';
import { readBar } from './bar-row';
import type { BarRow } from './bar-row';
import { FIRST_ROWS_MAX } from './decision-log';

/** How far a source's own order departs from the order in time. */
export interface OrderReport {
  /** Rows that close before a row that stands above them in the source: those that sorting has to move up. */
  readonly movedRows: number;
  /** The first of them, at most five, in the source's order. */
  readonly firstMoved: readonly BarRow[];
}

export interface OrderScan {
  push(chunk: BarColumns): void;
  report(): OrderReport;
}

/** Bars in the order of time, with where each came from. */
export interface SortedBars {
  readonly bars: BarColumns;
  /** For each sorted row, its row in the source, counted from 0. */
  readonly rows: Float64Array;
  readonly order: OrderReport;
}

/**
 * Finds out whether a source is in order, chunk by chunk and without keeping it: only a source with `movedRows` above 0
 * has to be held in memory and sorted. Rows without a stamp have no place in time and are passed over.
 */
export function createOrderScan(): OrderScan {
  let latestMs = -Infinity;
  let row = 0;
  let movedRows = 0;
  const firstMoved: BarRow[] = [];
  return {
    push: (chunk) => {
      for (let i = 0; i < chunk.time.length; i += 1, row += 1) {
        const time = chunk.time[i] ?? NaN;
        if (!Number.isFinite(time)) continue;
        if (time >= latestMs) {
          latestMs = time;
          continue;
        }
        movedRows += 1;
        if (firstMoved.length < FIRST_ROWS_MAX) firstMoved.push(readBar(chunk, i, row));
      }
    },
    report: () => ({ movedRows, firstMoved: [...firstMoved] }),
  };
}

/**
 * Sorts the bars of a whole source by time. Stable: rows of one instant keep the source's order, so that "keep the first"
 * means the first in the source. Rows without a stamp go to the end. Give `rows` and `order` to the cleaner, which counts
 * the moved rows and names every row by its place in the source.
 */
export function sortBars(bars: BarColumns): SortedBars {
  const scan = createOrderScan();
  scan.push(bars);
  const order = scan.report();
  const rows = Float64Array.from(bars.time.keys());
  if (order.movedRows === 0) return { bars, rows, order };
  const rank = (row: number): number => {
    const time = bars.time[row] ?? NaN;
    return Number.isFinite(time) ? time : Infinity;
  };
  // The row number breaks ties: also two ranks of Infinity, whose difference is NaN.
  rows.sort((a, b) => (rank(a) === rank(b) ? a - b : rank(a) < rank(b) ? -1 : 1));
  const gather = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row] ?? NaN);
  return {
    bars: {
      time: gather(bars.time),
      open: gather(bars.open),
      high: gather(bars.high),
      low: gather(bars.low),
      close: gather(bars.close),
      volume: gather(bars.volume),
    },
    rows,
    order,
  };
}
