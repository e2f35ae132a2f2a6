import type { LedgerEntry } from '../../../domain/core/ledger';
import { createCleaner } from '../../../domain/clean/cleaner';
import { sortBars } from '../../../domain/clean/order';
import type { CleanSettings } from '../../../domain/clean/settings';
import { DEFAULT_CONFIG } from '../../../shared/contracts/config/defaults';
import { barsOf, clean, cleaned, HOUR_MS, hoursOf, LENIENT, META, soundRow, START_MS } from './dirty-bars';
import type { Row } from './dirty-bars';

function entryOf(entries: readonly LedgerEntry[], decision: string): [string, number, number[]] | undefined {
  const entry = entries.find((candidate) => candidate.decision === decision);
  return entry && [entry.action, entry.count, entry.firstRows.map(({ row }) => row)];
}

/** Sound bars of hours 0 to 9 with row 4 replaced. */
function withFault(...faults: Row[]): Row[] {
  const rows = Array.from({ length: 10 }, (_, hour) => soundRow(hour));
  rows.splice(4, 1, ...faults);
  return rows;
}

const WITHOUT_FOUR = [0, 1, 2, 3, 5, 6, 7, 8, 9];

describe('single bars', () => {
  const faults: [string, Row][] = [
    ['missingValue', [4, NaN, 106, 103, 105, 1]],
    ['missingValue', [4, 104, Infinity, 103, 105, 1]],
    ['missingValue', [4, 104, 106, 103, 105, NaN]],
    ['missingValue', [NaN, 104, 106, 103, 105, 1]],
    ['nonPositivePrice', [4, 0, 106, 103, 105, 1]],
    ['nonPositivePrice', [4, 104, 106, -103, 105, 1]],
    ['inconsistentPrice', [4, 104, 102, 106, 105, 1]],
    ['inconsistentPrice', [4, 107, 106, 103, 105, 1]],
    ['inconsistentPrice', [4, 104, 106, 103, 102, 1]],
    ['negativeVolume', [4, 104, 106, 103, 105, -1]],
  ];

  it.each(faults)('%s: %j is dropped, counted, named by its row, and not filled', (decision, fault) => {
    const { bars, ledger } = cleaned(barsOf(withFault(fault)), LENIENT);
    expect(hoursOf(bars)).toEqual(WITHOUT_FOUR);
    expect(ledger.entries).toHaveLength(1);
    expect(entryOf(ledger.entries, decision)).toEqual(['dropped', 1, [4]]);
    expect([ledger.barsIn, ledger.barsOut]).toEqual([10, 9]);
  });

  it.each(faults)('%s: %j fails its symbol where the policy says reject', (decision, fault) => {
    const reject: Partial<Record<string, Partial<CleanSettings>>> = {
      missingValue: { missingValues: 'reject' },
      nonPositivePrice: { nonPositivePrices: 'reject' },
      inconsistentPrice: { inconsistentPrices: 'reject' },
      negativeVolume: { negativeVolume: 'reject' },
    };
    const result = clean(barsOf(withFault(fault)), { ...LENIENT, ...reject[decision] });
    expect(result.ok ? '' : result.fault.code).toBe('InvalidBars');
    expect(result.ok ? '' : result.fault.message).toMatch(new RegExp(`: reject.*${decision} 1 .*row 4 `));
  });

  it.each([
    ['high and low exchanged', [4, 104, 103, 106, 105, 7], [104, 106, 103, 105, 7]],
    ['open above the high', [4, 107, 106, 103, 105, 7], [107, 107, 103, 105, 7]],
    ['close below the low', [4, 104, 106, 103, 102, 7], [104, 106, 102, 102, 7]],
  ] as [string, Row, number[]][])('repairs %s by the least change', (_, fault, expected) => {
    const { bars, ledger } = cleaned(barsOf(withFault(fault)), { ...LENIENT, inconsistentPrices: 'repair' });
    expect([bars.open[4], bars.high[4], bars.low[4], bars.close[4], bars.volume[4]]).toEqual(expected);
    expect(entryOf(ledger.entries, 'inconsistentPrice')).toEqual(['repaired', 1, [4]]);
    expect(ledger.barsOut).toBe(10);
  });

  it('keeps the row as it was in the ledger, not as it was repaired', () => {
    const { ledger } = cleaned(barsOf(withFault([4, 104, 103, 106, 105, 7])), {
      ...LENIENT,
      inconsistentPrices: 'repair',
    });
    const [row] = ledger.entries[0]!.firstRows;
    expect(row).toEqual({
      row: 4,
      time: START_MS + 4 * HOUR_MS,
      open: 104,
      high: 103,
      low: 106,
      close: 105,
      volume: 7,
    });
  });

  it('accepts a bar without volume or range', () => {
    expect(cleaned(barsOf(withFault([4, 5, 5, 5, 5, 0])), LENIENT).ledger.entries).toEqual([]);
  });

  it('drops bars after the as-of instant before any other fault of theirs counts, and keeps the one at it', () => {
    const rows = [...Array.from({ length: 4 }, (_, hour) => soundRow(hour)), [4, -1, 2, 3, NaN, 5] as Row, soundRow(5)];
    const policy: CleanSettings = { ...LENIENT, nonPositivePrices: 'reject', missingValues: 'reject' };
    const { bars, ledger } = cleaned(barsOf(rows), policy, { meta: { ...META, asOfMs: START_MS + 3 * HOUR_MS } });
    expect(hoursOf(bars)).toEqual([0, 1, 2, 3]);
    expect(ledger.entries).toHaveLength(1);
    expect(entryOf(ledger.entries, 'future')).toEqual(['dropped', 2, [4, 5]]);
  });
});

describe('duplicates', () => {
  const first: Row = [4, 104, 106, 103, 105, 1];
  const second: Row = [4, 104, 106, 103, 105, 2];
  const third: Row = [4, 104, 106, 103, 105, 3];
  const bad: Row = [4, NaN, 106, 103, 105, 9];

  it.each([
    ['keepFirst', 1, [5, 6]],
    ['keepLast', 3, [4, 5]],
  ] as const)('%s keeps one usable bar of an instant', (duplicates, volume, droppedRows) => {
    const { bars, ledger } = cleaned(barsOf(withFault(first, second, third)), { ...LENIENT, duplicates });
    expect(hoursOf(bars)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(bars.volume[4]).toBe(volume);
    expect(entryOf(ledger.entries, 'duplicate')).toEqual(['dropped', 2, [...droppedRows]]);
  });

  it.each(['keepFirst', 'keepLast', 'reject'] as const)('%s: an unusable bar displaces no usable one', (duplicates) => {
    for (const faults of [
      [bad, first],
      [first, bad],
    ]) {
      const { bars, ledger } = cleaned(barsOf(withFault(...faults)), { ...LENIENT, duplicates });
      expect(bars.volume[4]).toBe(1);
      expect(entryOf(ledger.entries, 'duplicate')).toBeUndefined();
    }
  });

  it('are found over the edge of a chunk and at the very end', () => {
    const rows = [soundRow(0), soundRow(1), soundRow(1)];
    const { bars, ledger } = cleaned(barsOf(rows), { ...LENIENT, duplicates: 'keepLast' }, { cuts: [2] });
    expect(hoursOf(bars)).toEqual([0, 1]);
    expect(entryOf(ledger.entries, 'duplicate')).toEqual(['dropped', 1, [1]]);
  });

  it('reject counts them all, not only the first', () => {
    const result = clean(barsOf(withFault(first, second, third)), { ...LENIENT, duplicates: 'reject' });
    expect(result.ok ? '' : result.fault.message).toContain('clean.duplicates: reject');
    expect(result.ok ? '' : result.fault.message).toContain('duplicate 2 (rejected)');
  });
});

describe('order', () => {
  const rows = [soundRow(0), soundRow(3), soundRow(1), soundRow(2), soundRow(4)];

  it('sorted bars are counted and named by their row in the source', () => {
    const { bars, rows: sourceRows, order } = sortBars(barsOf(rows.with(3, [2, NaN, 1, 1, 1, 1])));
    const result = cleaned(bars, LENIENT, { order, rows: sourceRows });
    expect(hoursOf(result.bars)).toEqual([0, 1, 3, 4]);
    expect(entryOf(result.ledger.entries, 'unsorted')).toEqual(['sorted', 2, [2, 3]]);
    expect(entryOf(result.ledger.entries, 'missingValue')).toEqual(['dropped', 1, [3]]);
  });

  it('reject fails, whether the caller sorted or not', () => {
    const policy: CleanSettings = { ...LENIENT, unsorted: 'reject' };
    const sorted = sortBars(barsOf(rows));
    for (const result of [clean(barsOf(rows), policy), clean(sorted.bars, policy, { order: sorted.order })]) {
      expect(result.ok ? '' : result.fault.code).toBe('InvalidBars');
      expect(result.ok ? '' : result.fault.message).toMatch(/clean\.unsorted: reject.*unsorted 2 .*row 2 .*row 3 /);
    }
  });

  it('goes on through 1970', () => {
    const hours = [-500_000, -480_000, -460_000, 0]; // the epoch is 447 096 hours before START_MS
    const { bars } = cleaned(barsOf(hours.map((hour): Row => [hour, 1, 2, 1, 2, 3])), LENIENT);
    expect(hoursOf(bars)).toEqual(hours);
  });

  it('sort refuses bars that the caller did not sort', () => {
    const result = clean(barsOf(rows), LENIENT);
    expect(result.ok ? '' : result.fault.code).toBe('Unexpected');
    expect(result.ok ? '' : result.fault.message).toContain('row 2');
  });
});

describe('stale runs', () => {
  const flat = (hour: number, price: number): Row => [hour, price, price, price, price, 1];
  // Longer than three: hours 1 to 5; not longer: 6 to 8, of another price. Hour 9 has a range.
  const rows = [
    soundRow(0),
    ...[1, 2, 3, 4, 5].map((h) => flat(h, 50)),
    ...[6, 7, 8].map((h) => flat(h, 51)),
    soundRow(9),
  ];

  it.each([
    ['keep', 'kept', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['drop', 'dropped', [0, 1, 2, 3, 6, 7, 8, 9]],
  ] as const)('%s: bars beyond the third are %s', (stale, action, hours) => {
    const { bars, ledger } = cleaned(barsOf(rows), { ...LENIENT, stale }, { cuts: [3, 5] });
    expect(hoursOf(bars)).toEqual(hours);
    expect(entryOf(ledger.entries, 'stale')).toEqual([action, 2, [4, 5]]);
  });

  it('reject fails the symbol', () => {
    const result = clean(barsOf(rows), { ...LENIENT, stale: 'reject' });
    expect(result.ok ? '' : result.fault.message).toMatch(/clean\.stale: reject.*stale 2/);
  });
});

describe('when decisions were taken', () => {
  const zeroAt = (hour: number): Row => [hour, 0, 0, 0, 0, 0];
  const timesOf = (hours: readonly number[]) => {
    const rows = [...hours.map(zeroAt), soundRow(24 * 2_000)];
    return cleaned(barsOf(rows), LENIENT).ledger.entries[0]?.times?.map((time) => (time - START_MS) / HOUR_MS);
  };

  it('is told by the day, once for each', () => {
    const midnight = (24 - ((START_MS / HOUR_MS) % 24)) % 24;
    expect(timesOf([midnight + 1, midnight + 5, midnight + 24, midnight + 77])).toEqual(
      [0, 24, 72].map((hours) => midnight + hours),
    );
  });

  it('is told by stretches of days where there are many, a hundred at most, each row in one', () => {
    const hours = Array.from({ length: 700 }, (_, i) => i * 30);
    const times = timesOf(hours)!;
    expect(times.length).toBeLessThanOrEqual(100);
    expect(times.length).toBeGreaterThan(80);
    const width = 24 * Math.ceil((700 * 30) / 24 / 100);
    for (const hour of hours) expect(times.some((from) => from <= hour && hour < from + width)).toBe(true);
  });

  it('is not told of bars without an instant', () => {
    const rows = [...Array.from({ length: 9 }, (_, hour) => soundRow(hour)), [NaN, 1, 1, 1, 1, 1] as Row];
    expect(cleaned(barsOf(rows), LENIENT).ledger.entries[0]).not.toHaveProperty('times');
  });
});

describe('gaps', () => {
  it('are pauses longer than gapBars from close to close, with the bars that would have fitted in', () => {
    const hours = [0, 3, 7, 8, 20.5]; // pauses of 3 (not longer than 3), 4, 1, 12.5
    const { bars, ledger } = cleaned(barsOf(hours.map(soundRow)), LENIENT);
    expect(hoursOf(bars)).toEqual(hours);
    expect(ledger.gapCount).toBe(2);
    expect(ledger.missingBars).toBe(3 + 11);
    expect(ledger.longestGaps).toEqual([
      { fromMs: START_MS + 8 * HOUR_MS, toMs: START_MS + 20.5 * HOUR_MS, missingBars: 11 },
      { fromMs: START_MS + 3 * HOUR_MS, toMs: START_MS + 7 * HOUR_MS, missingBars: 3 },
    ]);
    expect([ledger.firstMs, ledger.lastMs, ledger.stampNote]).toEqual([
      START_MS,
      START_MS + 20.5 * HOUR_MS,
      'as given',
    ]);
  });

  it('are opened by dropped bars too', () => {
    const rows = [soundRow(0), ...[1, 2, 3].map((h): Row => [h, 0, 0, 0, 0, 0]), soundRow(4)];
    expect(cleaned(barsOf(rows), LENIENT).ledger).toMatchObject({ gapCount: 1, missingBars: 3 });
  });

  it('show the longest twenty, longest first, of equals the earliest', () => {
    const pauses = Array.from({ length: 50 }, (_, i) => 4 + ((i * 7) % 10)); // each length from 4 to 13 five times
    const starts = pauses.map((_, i) => pauses.slice(0, i).reduce((sum, pause) => sum + pause, 0));
    const rows = [...starts, starts.at(-1)! + pauses.at(-1)!].map(soundRow);
    const { ledger } = cleaned(barsOf(rows), LENIENT);
    const expected = starts
      .map((from, i) => [from, pauses[i]!] as const)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, 20);
    expect(ledger.gapCount).toBe(50);
    expect(ledger.longestGaps.map(({ fromMs, toMs }) => [fromMs - START_MS, toMs - fromMs])).toEqual(
      expected.map(([from, pause]) => [from * HOUR_MS, pause * HOUR_MS]),
    );
  });
});

describe('too little left', () => {
  const rows = withFault([4, NaN, 1, 1, 1, 1]);

  it('fails below minBars, and not at it', () => {
    expect(clean(barsOf(rows), { ...LENIENT, minBars: 9 }).ok).toBe(true);
    const result = clean(barsOf(rows), { ...LENIENT, minBars: 10 });
    expect(result.ok ? '' : result.fault.code).toBe('InvalidBars');
    expect(result.ok ? '' : result.fault.message).toBe(
      'Symbol TEST: 9 of 10 bars are usable, at least 10 are needed (clean.minBars). Found: missingValue 1 (dropped). ' +
        'First rows: row 4 at 2021-01-04T04:00:00.000Z missingValue OHLCV NaN/1/1/1/1. ' +
        'Mend the data or the clean policy of this symbol.',
    );
    expect(result.ok ? {} : result.fault.details).toMatchObject({
      symbol: 'TEST',
      barsIn: 10,
      barsOut: 9,
      counts: { missingValue: 1 },
      firstRows: { missingValue: [{ row: 4, high: 1 }] },
    });
  });

  it('fails above maxDroppedShare, and not at it', () => {
    expect(clean(barsOf(rows), { ...LENIENT, maxDroppedShare: 0.1 }).ok).toBe(true);
    const result = clean(barsOf(rows), { ...LENIENT, maxDroppedShare: 0.09 });
    expect(result.ok ? '' : result.fault.message).toMatch(/10\.0 % of its bars were dropped, at most 9\.0 %/);
  });

  it('leaves bars after the as-of instant out of the dropped share', () => {
    const meta = { ...META, asOfMs: START_MS + 3 * HOUR_MS };
    expect(clean(barsOf(rows), { ...LENIENT, maxDroppedShare: 0 }, { meta }).ok).toBe(true);
  });

  it('fails a series without any usable bar, and one without any bar', () => {
    const none = clean(
      barsOf([
        [0, NaN, 1, 1, 1, 1],
        [1, 0, 1, 1, 1, 1],
      ]),
      LENIENT,
    );
    expect(none.ok ? '' : none.fault.message).toMatch(/none of its 2 bars is usable.*row 0 .*row 1 /);
    const empty = clean(barsOf([]), LENIENT);
    expect(empty.ok ? '' : empty.fault.message).toContain('it has no bar');
  });

  it('keeps its message within 600 characters, and says which rows whatever else there is', () => {
    const every: Row[] = Array.from({ length: 40 }, (_, hour): Row[] => [
      [hour, 1 / 3, NaN, 1e300 / 7, 1e-300 / 3, 1],
      [hour, -1 / 3, 1, 1, 1, 1],
      [hour, 2 / 3, 1 / 3, 1, 1, 1],
      [hour, 1, 1, 1, 1, -1 / 3],
      [hour, 1, 1, 1, 1, 1],
      [hour, 1, 1, 1, 1, 2],
    ]).flat();
    const policy: CleanSettings = {
      unsorted: 'reject',
      duplicates: 'reject',
      nonPositivePrices: 'reject',
      missingValues: 'reject',
      inconsistentPrices: 'reject',
      negativeVolume: 'reject',
      stale: 'reject',
      staleBars: 2,
      gapBars: 3,
      minBars: 1,
      maxDroppedShare: 0,
    };
    const meta = { ...META, symbol: 'A_SYMBOL_WITH_A_LONG_NAME', asOfMs: START_MS + 30 * HOUR_MS };
    const result = clean(barsOf([...every, soundRow(2)]), policy, { meta });
    const message = result.ok ? '' : result.fault.message;
    expect(message.length).toBeGreaterThan(450);
    expect(message.length).toBeLessThanOrEqual(600);
    for (const text of ['missingValue 31', 'duplicate 31', 'stale 29', 'future 54', 'unsorted 1'])
      expect(message).toContain(text);
  });
});

it('takes the clean section of the configuration as it is', () => {
  const cleaner = createCleaner(DEFAULT_CONFIG.clean, META);
  cleaner.push(barsOf(Array.from({ length: 1_000 }, (_, hour) => soundRow(hour))));
  const finished = cleaner.finish();
  expect(finished.ok && finished.value.ledger.barsOut).toBe(1_000);
});
