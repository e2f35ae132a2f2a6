import fc from 'fast-check';
import { sliceBars } from '../../../domain/core/bars';
import { createGenerator } from '../../../domain/generate/generator';
import { generate, SETTINGS } from './generated-bars';

const settingsArbitrary = fc.record({
  symbolCount: fc.integer({ min: 1, max: 12 }),
  bars: fc.integer({ min: 1, max: 600 }),
  timeframeMinutes: fc.constantFrom(1, 5, 7, 15, 60, 240, 1440),
  seed: fc.integer({ min: 0, max: 2 ** 40 }),
  signalStrength: fc.double({ min: 0, max: 0.5, noNaN: true }),
  delistOne: fc.boolean(),
});

describe('createGenerator', () => {
  it('gives bars in order whose prices agree, with positive volume (property)', () => {
    fc.assert(
      fc.property(settingsArbitrary, fc.nat(), (settings, draw) => {
        const symbolIndex = draw % settings.symbolCount;
        const isDelisted = settings.delistOne && symbolIndex === settings.symbolCount - 1;
        const bars = generate(settings, symbolIndex);
        expect(bars.time).toHaveLength(isDelisted ? Math.max(1, Math.floor(settings.bars / 2)) : settings.bars);
        for (let i = 0; i < bars.time.length; i += 1) {
          const [open, high, low, close] = [bars.open[i]!, bars.high[i]!, bars.low[i]!, bars.close[i]!];
          const isSound =
            low > 0 &&
            low <= Math.min(open, close) &&
            high >= Math.max(open, close) &&
            high < Infinity &&
            bars.volume[i]! > 0 &&
            (i === 0 || bars.time[i]! > bars.time[i - 1]!);
          if (!isSound) throw new Error(`bar ${i} is unsound: ${[open, high, low, close, bars.volume[i]].join(' ')}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same bytes again, whatever the chunk size (property)', () => {
    fc.assert(
      fc.property(settingsArbitrary, fc.integer({ min: 1, max: 700 }), (settings, chunkRows) => {
        expect(generate(settings, 0, chunkRows)).toEqual(generate(settings, 0));
      }),
      { numRuns: 30 },
    );
  });

  it('begins with the same bars when more are asked for (property)', () => {
    fc.assert(
      fc.property(settingsArbitrary, fc.integer({ min: 1, max: 500 }), (drawn, more) => {
        const settings = { ...drawn, delistOne: false };
        const longer = generate({ ...settings, bars: settings.bars + more }, 0);
        expect(sliceBars(longer, 0, settings.bars)).toEqual(generate(settings, 0));
      }),
      { numRuns: 30 },
    );
  });

  it('does not change a symbol when the universe grows', () => {
    expect(generate({ ...SETTINGS, symbolCount: 40 }, 2)).toEqual(generate(SETTINGS, 2));
  });

  it('gives another series for another symbol of the same market, and for another seed, beyond 32 bits too', () => {
    const closes = generate(SETTINGS, 0).close;
    expect(generate(SETTINGS, 4).close).not.toEqual(closes);
    expect(generate({ ...SETTINGS, seed: 12 }, 0).close).not.toEqual(closes);
    expect(generate({ ...SETTINGS, seed: 11 + 2 ** 32 }, 0).close).not.toEqual(closes);
  });

  it('keeps its bytes: raise GENERATOR_VERSION when this fails on purpose', () => {
    const bars = generate({ ...SETTINGS, seed: 7 }, 2);
    const row = (i: number): number[] => [bars.time[i]!, bars.open[i]!, bars.high[i]!, bars.low[i]!, bars.close[i]!];
    expect({ first: row(0), last: row(1_999), volume: bars.volume.slice(0, 3) }).toMatchInlineSnapshot(`
     {
       "first": [
         946913400000,
         106.13751331014268,
         106.18672923216262,
         105.92742930620068,
         106.14977927793966,
       ],
       "last": [
         982081800000,
         100.0266819788744,
         100.13388365678259,
         99.30802638976157,
         99.50051143809947,
       ],
       "volume": Float64Array [
         775412,
         764466,
         230564,
       ],
     }
    `);
  });

  it('cuts chunks at the size asked for and starts anew with each call', () => {
    const series = createGenerator(SETTINGS, 1, 900);
    expect([...series.chunks()].map(({ time }) => time.length)).toEqual([900, 900, 200]);
    expect([...series.chunks()].map(({ time }) => time.length)).toEqual([900, 900, 200]);
    expect(series.meta).toEqual({ symbol: 'GEN02', timeframeMs: 3_600_000 });
  });

  it('ends the delisted symbol after half of its bars, otherwise unchanged, and only the last one', () => {
    const delisting = { ...SETTINGS, delistOne: true };
    expect(generate(delisting, 4)).toEqual(sliceBars(generate(SETTINGS, 4), 0, 1_000));
    expect(generate(delisting, 3).time).toHaveLength(2_000);
  });
});

describe('the calendar of generated bars', () => {
  const WEEKDAY = (ms: number): number => new Date(ms - 1).getUTCDay(); // of the last instant inside the bar

  it('trades crypto on all days, equities on weekdays only, foreign exchange never on Saturday', () => {
    const weekdays = (symbolIndex: number): number[] =>
      [...new Set(Array.from(generate(SETTINGS, symbolIndex).time, WEEKDAY))].sort();
    expect(weekdays(0)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(weekdays(1)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(weekdays(2)).toEqual([1, 2, 3, 4, 5]);
    expect(weekdays(3)).toEqual([1, 2, 3, 4, 5]);
  });

  it('has single missing bars and a few outages inside sessions', () => {
    const { time } = generate({ ...SETTINGS, bars: 20_000 }, 0);
    const missing = Array.from(time.slice(1), (ms, i) => (ms - time[i]!) / 3_600_000 - 1).filter((bars) => bars > 0);
    const singles = missing.filter((bars) => bars === 1).length;
    const outages = missing.filter((bars) => bars >= 4).length;
    // 0.002 and 0.0003 of 20 000 are 40 and 6; the bounds are more than three standard deviations away.
    expect(singles).toBeGreaterThan(20);
    expect(singles).toBeLessThan(65);
    expect(outages).toBeGreaterThan(0);
    expect(outages).toBeLessThan(16);
    expect(Math.max(...missing)).toBeLessThanOrEqual(26); // an outage, with a missing bar right before or after it
  });

  it.each([
    [2, 570, 'America/New_York', [870, 810]],
    [3, 540, 'Europe/Berlin', [480, 420]],
  ] as const)(
    'moves the first close of symbol %i in UTC with daylight saving time',
    (symbolIndex, open, zone, opens) => {
      const { time } = generate({ ...SETTINGS, bars: 5_000, timeframeMinutes: 30 }, symbolIndex);
      const firsts = Array.from(time).filter((ms, i) => i > 0 && ms - time[i - 1]! > 12 * 3_600_000);
      const commonest = new Set(
        Array.from(firsts, (ms) => (ms % 86_400_000) / 60_000 - 30).filter((m) =>
          (opens as readonly number[]).includes(m),
        ),
      );
      expect([...commonest].sort()).toEqual([...opens].sort());
      const local = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
      const atOpen = firsts.filter((ms) => {
        const [hour, minute] = local.format(ms).split(':').map(Number);
        return hour! * 60 + minute! - 30 === open;
      });
      expect(atOpen.length / firsts.length).toBeGreaterThan(0.97); // the rest begin with a missing bar
    },
  );

  it('ends the last bar of a session with the session', () => {
    const { time } = generate({ ...SETTINGS, bars: 7 }, 2);
    expect(Array.from(time, (ms) => new Date(ms).toISOString().slice(0, 16))).toEqual([
      '2000-01-03T15:30',
      '2000-01-03T16:30',
      '2000-01-03T17:30',
      '2000-01-03T18:30',
      '2000-01-03T19:30',
      '2000-01-03T20:30',
      '2000-01-03T21:00',
    ]);
  });
});
