import fc from 'fast-check';
import { sliceBars } from '../../../domain/core/bars';
import { createOrderScan, sortBars } from '../../../domain/clean/order';
import { barsOf, clean, cleaned, dirtyRows, HOUR_MS, lenientPolicies, META, START_MS } from './dirty-bars';

const cuts = fc.array(fc.nat(120), { maxLength: 12 });
const within = (list: readonly number[], length: number): number[] => list.map((cut) => Math.min(cut, length));

describe('the cleaner, on bars with every fault (properties)', () => {
  it('gives the same bars, ledger and fault however the series is cut into chunks', () => {
    fc.assert(
      fc.property(dirtyRows, lenientPolicies, fc.boolean(), cuts, (rows, lenient, strict, someCuts) => {
        const policy = strict ? { ...lenient, missingValues: 'reject' as const, minBars: 20 } : lenient;
        const bars = barsOf(rows);
        expect(clean(bars, policy, { cuts: within(someCuts, rows.length) })).toEqual(clean(bars, policy));
      }),
      { numRuns: 300 },
    );
  });

  it('changes no cleaned bar before an instant when all that closes after it is cut off', () => {
    fc.assert(
      fc.property(dirtyRows, lenientPolicies, fc.integer({ min: 0, max: 61 }), (rows, policy, cutHour) => {
        const whole = clean(barsOf(rows), policy);
        const past = clean(barsOf(rows.filter(([hour]) => !(hour > cutHour))), policy);
        if (!past.ok) return; // no usable bar before the cut
        if (!whole.ok) throw new Error('the whole series failed where its beginning did not');
        const end = whole.value.bars.time.findLastIndex((ms) => ms <= START_MS + cutHour * HOUR_MS) + 1;
        expect(past.value.bars).toEqual(sliceBars(whole.value.bars, 0, end));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same bars for an as-of instant as for a series that ends there', () => {
    fc.assert(
      fc.property(dirtyRows, lenientPolicies, fc.integer({ min: 0, max: 61 }), (rows, policy, asOfHour) => {
        const asOfMs = START_MS + asOfHour * HOUR_MS;
        const selected = clean(barsOf(rows), policy, { meta: { ...META, asOfMs } });
        const ending = clean(barsOf(rows.filter(([hour]) => !(hour > asOfHour))), policy);
        expect(selected.ok && selected.value.bars).toEqual(ending.ok && ending.value.bars);
      }),
      { numRuns: 200 },
    );
  });

  it('gives sound bars, strictly in order, all of them from the source, and accounts for every row', () => {
    fc.assert(
      fc.property(dirtyRows, lenientPolicies, (rows, policy) => {
        const result = clean(barsOf(rows), policy);
        if (!result.ok) return;
        const { bars, ledger } = result.value;
        for (let i = 0; i < bars.time.length; i += 1) {
          const [open, high, low, close] = [bars.open[i]!, bars.high[i]!, bars.low[i]!, bars.close[i]!];
          expect(low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close)).toBe(true);
          expect(bars.volume[i]).toBeGreaterThanOrEqual(0);
          if (i > 0) expect(bars.time[i]).toBeGreaterThan(bars.time[i - 1]!);
          const isGiven = rows.some(
            (row) =>
              START_MS + row[0] * HOUR_MS === bars.time[i] &&
              row[1] === open &&
              row[4] === close &&
              row[5] === bars.volume[i],
          );
          expect(isGiven).toBe(true);
        }
        const dropped = ledger.entries.filter(({ action }) => action === 'dropped');
        expect(ledger.barsOut).toBe(bars.time.length);
        expect(ledger.barsIn).toBe(rows.length);
        expect(dropped.reduce((sum, { count }) => sum + count, 0)).toBe(ledger.barsIn - ledger.barsOut);
        for (const { count, firstRows } of ledger.entries) expect(firstRows).toHaveLength(Math.min(5, count));
      }),
      { numRuns: 300 },
    );
  });

  it('finds no fault in bars that it has cleaned', () => {
    fc.assert(
      fc.property(dirtyRows, lenientPolicies, (rows, policy) => {
        const once = clean(barsOf(rows), { ...policy, stale: 'keep' });
        if (!once.ok) return;
        const twice = cleaned(once.value.bars, { ...policy, stale: 'keep' });
        expect(twice.bars).toEqual(once.value.bars);
        expect(twice.ledger.entries.filter(({ decision }) => decision !== 'stale')).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('sorting (properties)', () => {
  const shuffled = dirtyRows.chain((rows) =>
    fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
  );

  it('is a stable permutation into the order of time, unstamped rows last', () => {
    fc.assert(
      fc.property(shuffled, (rows) => {
        const source = barsOf(rows);
        const { bars, rows: origins, order } = sortBars(source);
        expect(Array.from(origins).sort((a, b) => a - b)).toEqual([...rows.keys()]);
        expect(bars.close).toEqual(Float64Array.from(origins, (row) => source.close[row]!));
        if (order.movedRows === 0) {
          expect(bars).toBe(source);
          return;
        }
        for (let i = 1; i < rows.length; i += 1) {
          const [before, after] = [bars.time[i - 1]!, bars.time[i]!];
          if (before === after) expect(origins[i]).toBeGreaterThan(origins[i - 1]!);
          else expect(before < after || Number.isNaN(after)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('lets a shuffled source without duplicates give the bars of the sorted one', () => {
    const unique = fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(unique, lenientPolicies, (hours, policy) => {
        const rowsOf = (list: number[]): ReturnType<typeof barsOf> =>
          barsOf(list.map((hour) => [hour, 10, 11, 9, 10, hour]));
        const sorted = sortBars(rowsOf(hours));
        const fromShuffled = cleaned(sorted.bars, policy, { order: sorted.order, rows: sorted.rows });
        const fromSorted = cleaned(rowsOf([...hours].sort((a, b) => a - b)), policy);
        expect(fromShuffled.bars).toEqual(fromSorted.bars);
        const unsorted = fromShuffled.ledger.entries.find(({ decision }) => decision === 'unsorted');
        expect(unsorted?.count ?? 0).toBe(sorted.order.movedRows);
      }),
    );
  });

  it('is announced by a scan that sees the same rows in any chunks', () => {
    fc.assert(
      fc.property(shuffled, cuts, (rows, someCuts) => {
        const bars = barsOf(rows);
        const scan = createOrderScan();
        const edges = [0, ...within(someCuts, rows.length).sort((a, b) => a - b), rows.length];
        for (let i = 1; i < edges.length; i += 1) scan.push(sliceBars(bars, edges[i - 1]!, edges[i]!));
        expect(scan.report()).toEqual(sortBars(bars).order);
      }),
    );
  });
});
