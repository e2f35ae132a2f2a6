import fc from 'fast-check';
import { concatBars, sliceBars } from '../../../domain/core/bars';
import type { BarColumns } from '../../../domain/core/bars';
import type { CleanLedger } from '../../../domain/core/ledger';
import type { Result } from '../../../domain/core/result';
import { createCleaner } from '../../../domain/clean/cleaner';
import type { CleanerMeta } from '../../../domain/clean/cleaner';
import type { OrderReport } from '../../../domain/clean/order';
import type { CleanSettings } from '../../../domain/clean/settings';

export const HOUR_MS = 3_600_000;
export const START_MS = Date.UTC(2021, 0, 4);

export const META: CleanerMeta = { symbol: 'TEST', timeframeMs: HOUR_MS, stampNote: 'as given', asOfMs: null };

/** Drops what is wrong, counts stale bars, and never fails for too few bars. */
export const LENIENT: CleanSettings = {
  unsorted: 'sort',
  duplicates: 'keepFirst',
  nonPositivePrices: 'drop',
  missingValues: 'drop',
  inconsistentPrices: 'drop',
  negativeVolume: 'drop',
  stale: 'keep',
  staleBars: 3,
  gapBars: 3,
  minBars: 1,
  maxDroppedShare: 1,
};

/** Hours after START_MS, open, high, low, close, volume. */
export type Row = readonly [hour: number, open: number, high: number, low: number, close: number, volume: number];

export function barsOf(rows: readonly Row[]): BarColumns {
  const column = (k: number): Float64Array => Float64Array.from(rows, (row) => row[k]!);
  return {
    time: column(0).map((hour) => START_MS + hour * HOUR_MS),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}

/** A sound bar, a little different from hour to hour so that no run is stale. */
export function soundRow(hour: number): Row {
  return [hour, 100 + hour, 102 + hour, 99 + hour, 101 + hour, 1_000];
}

/** Pushes the bars in chunks that end at `cuts` and at the end. */
export function clean(
  bars: BarColumns,
  policy: CleanSettings,
  options: { meta?: CleanerMeta; cuts?: readonly number[]; order?: OrderReport; rows?: Float64Array } = {},
): Result<{ readonly bars: BarColumns; readonly ledger: CleanLedger }> {
  const cleaner = createCleaner(policy, options.meta ?? META, options.order);
  const parts: BarColumns[] = [];
  const edges = [0, ...[...(options.cuts ?? [])].sort((a, b) => a - b), bars.time.length];
  for (let i = 1; i < edges.length; i += 1) {
    const [from, to] = [edges[i - 1]!, edges[i]!];
    const pushed = cleaner.push(sliceBars(bars, from, to), options.rows?.subarray(from, to));
    if (!pushed.ok) return pushed;
    parts.push(pushed.value);
  }
  const finished = cleaner.finish();
  if (!finished.ok) return finished;
  return { ok: true, value: { bars: concatBars([...parts, finished.value.tail]), ledger: finished.value.ledger } };
}

/** Cleans bars that must not fail. */
export function cleaned(...args: Parameters<typeof clean>): { bars: BarColumns; ledger: CleanLedger } {
  const result = clean(...args);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

export function hoursOf(bars: BarColumns): number[] {
  return Array.from(bars.time, (ms) => (ms - START_MS) / HOUR_MS);
}

const price = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(10, 11, 12) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, 0, -3, Infinity) },
);
const soundBar = fc
  .tuple(fc.nat(60), fc.integer({ min: 10, max: 12 }), fc.nat(2), fc.constantFrom(0, 1, 5))
  .map(([hour, low, range, volume]): Row => [hour, low, low + range, low, low + range, volume]);
const anyBar = fc
  .tuple(
    fc.oneof({ weight: 30, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.constant(NaN) }),
    price,
    price,
    price,
    price,
    fc.constantFrom(0, 1, 5, -1, NaN),
  )
  .map((row): Row => row);

/** Rows with every fault there is, in the order of time where they have a stamp. */
export const dirtyRows = fc
  .array(fc.oneof({ weight: 2, arbitrary: soundBar }, { weight: 1, arbitrary: anyBar }), {
    minLength: 1,
    maxLength: 120,
  })
  .map(sortStamped);

/** Sorts the rows that have a stamp among themselves; rows without one stay where they are. */
function sortStamped(rows: readonly Row[]): Row[] {
  const stamped = rows.filter(([hour]) => !Number.isNaN(hour)).sort((a, b) => a[0] - b[0]);
  let next = 0;
  return rows.map((row) => (Number.isNaN(row[0]) ? row : stamped[next++]!));
}

/** Every policy that never rejects a fault. */
export const lenientPolicies = fc.record({
  unsorted: fc.constant('sort' as const),
  duplicates: fc.constantFrom('keepFirst' as const, 'keepLast' as const),
  nonPositivePrices: fc.constant('drop' as const),
  missingValues: fc.constant('drop' as const),
  inconsistentPrices: fc.constantFrom('drop' as const, 'repair' as const),
  negativeVolume: fc.constant('drop' as const),
  stale: fc.constantFrom('keep' as const, 'drop' as const),
  staleBars: fc.integer({ min: 1, max: 4 }),
  gapBars: fc.integer({ min: 1, max: 4 }),
  minBars: fc.constant(1),
  maxDroppedShare: fc.constant(1),
});
