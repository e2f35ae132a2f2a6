import type { BarColumns, BarField } from '../../../domain/core/bars';
import { BAR_FIELDS, concatBars } from '../../../domain/core/bars';

/** Pages put together: ascending, each bar once, rows without a time last. */
export interface MergedBars {
  readonly bars: BarColumns;
  /** Rows that repeat another one in every field: what overlapping pages give. */
  readonly repeated: number;
  /** Bars that close after `nowMs`. */
  readonly open: number;
}

/**
 * Puts pages in order, drops rows that repeat another in all fields, and leaves out bars that have not closed at `nowMs`:
 * a vendor's last bar often is still growing. Rows of one time that differ are kept, the first to arrive first: cleaning
 * decides about them.
 */
export function mergeBars(pages: readonly BarColumns[], nowMs: number): MergedBars {
  const all = concatBars(pages);
  const order = Array.from(all.time.keys()).sort((a, b) => compareTimes(all.time[a], all.time[b]) || a - b);
  const kept: number[] = [];
  let open = 0;
  let repeated = 0;
  let groupStart = 0;
  for (const row of order) {
    const time = all.time[row] ?? NaN;
    if (time > nowMs) {
      open += 1;
      continue;
    }
    if (all.time[kept.at(-1) ?? -1] !== time) groupStart = kept.length;
    const isKnown = kept.slice(groupStart).some((other) => sameBar(all, other, row));
    if (isKnown) repeated += 1;
    else kept.push(row);
  }
  return { bars: pick(all, kept), repeated, open };
}

function compareTimes(a: number | undefined, b: number | undefined): number {
  const [left, right] = [a ?? NaN, b ?? NaN];
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : 1;
  return Number.isNaN(right) ? -1 : left - right;
}

/** Rows without a time are never the same: nothing tells which bar they are. */
function sameBar(bars: BarColumns, a: number, b: number): boolean {
  return bars.time[a] === bars.time[b] && BAR_FIELDS.every((field) => Object.is(bars[field][a], bars[field][b]));
}

function pick(bars: BarColumns, rows: readonly number[]): BarColumns {
  const column = (name: BarField | 'time'): Float64Array => {
    const source = bars[name];
    return Float64Array.from(rows, (row) => source[row] ?? NaN);
  };
  return {
    time: column('time'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}
