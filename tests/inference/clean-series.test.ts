import fc from 'fast-check';
import { concatBars, sliceBars } from '../../domain/core/bars';
import type { BarColumns } from '../../domain/core/bars';
import { cleanSeries, createSortedCheck } from '../../inference/clean-series';
import { DEFAULT_CONFIG } from '../../shared/contracts/config/defaults';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2024, 0, 1);
const POLICY = { ...DEFAULT_CONFIG.clean, minBars: 1, maxDroppedShare: 1 };
const META = { symbol: 'A', timeframeMs: HOUR_MS, stampNote: 'as told', asOfMs: null };

/** Bars that close at these hours; the price tells the row of the source. */
function barsAt(hours: readonly number[]): BarColumns {
  const price = Float64Array.from(hours, (_, row) => 100 + row);
  const column = { open: price, high: price, low: price, close: price };
  return { time: Float64Array.from(hours, (hour) => START_MS + hour * HOUR_MS), ...column, volume: price };
}

async function* inChunks(bars: BarColumns, size: number): AsyncGenerator<BarColumns> {
  for (let from = 0; from < bars.time.length; from += size)
    yield await Promise.resolve(sliceBars(bars, from, from + size));
}

async function clean(bars: BarColumns, sorted: boolean, given: { policy?: typeof POLICY; chunk?: number } = {}) {
  const cleaned: BarColumns[] = [];
  const raw = { chunks: inChunks(bars, given.chunk ?? 2), sorted };
  const ledger = await cleanSeries(raw, given.policy ?? POLICY, META, (chunk) => {
    cleaned.push(chunk);
    return Promise.resolve();
  });
  const joined = concatBars(cleaned);
  return { ledger, hours: Array.from(joined.time, (time) => (time - START_MS) / HOUR_MS), close: [...joined.close] };
}

describe('cleaning a series', () => {
  it('sorts an unsorted source as the cleaner says, and names rows by their place in the source', async () => {
    const { ledger, hours, close } = await clean(barsAt([1, 3, 2, 5, 4, 3]), false);
    expect(hours).toEqual([1, 2, 3, 4, 5]);
    expect(close).toEqual([100, 102, 101, 104, 103]);
    if (!ledger.ok) throw new Error(ledger.fault.message);
    const entries = ledger.value.entries.map(({ decision, action, count, firstRows }) => ({
      what: `${decision} ${action} ${String(count)}`,
      rows: firstRows.map(({ row }) => row),
    }));
    expect(entries).toEqual([
      { what: 'unsorted sorted 3', rows: [2, 4, 5] },
      { what: 'duplicate dropped 1', rows: [5] },
    ]);
    expect(ledger.value).toMatchObject({ symbol: 'A', stampNote: 'as told', barsIn: 6, barsOut: 5 });
  });

  it('refuses an unsorted source where the policy says so', async () => {
    const { ledger } = await clean(barsAt([1, 3, 2]), false, { policy: { ...POLICY, unsorted: 'reject' } });
    expect(ledger).toMatchObject({ ok: false, fault: { code: 'InvalidBars' } });
  });

  it('gives the same bars and ledger however the series is cut into chunks', async () => {
    const hours = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(hours, fc.integer({ min: 1, max: 41 }), async (given, chunk) => {
        const bars = barsAt(given);
        const check = createSortedCheck();
        check.push(bars.time);
        const whole = await clean(bars, check.sorted(), { chunk: given.length });
        expect(await clean(bars, check.sorted(), { chunk })).toEqual(whole);
        expect(whole.hours).toEqual([...new Set(given)].sort((a, b) => a - b));
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});

describe('the check whether a source is sorted', () => {
  it.each([
    { hours: [1, 2, 2, 5], sorted: true, max: 5 },
    { hours: [1, 5, 4], sorted: false, max: 5 },
    { hours: [2, NaN, 3], sorted: true, max: 3 },
    { hours: [2, NaN, 1], sorted: false, max: 2 },
    { hours: [], sorted: true, max: null },
    { hours: [NaN], sorted: true, max: null },
  ])('of $hours says $sorted', ({ hours, sorted, max }) => {
    const [whole, byRow] = [createSortedCheck(), createSortedCheck()];
    whole.push(Float64Array.from(hours));
    for (const hour of hours) byRow.push(Float64Array.of(hour));
    for (const check of [whole, byRow]) expect([check.sorted(), check.maxTimeMs()]).toEqual([sorted, max]);
  });
});
