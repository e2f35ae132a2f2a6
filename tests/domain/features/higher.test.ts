import fc from 'fast-check';
import type { BarColumns } from '../../../domain/core/bars';
import { HigherBars } from '../../../domain/features/indicators/higher-bars';
import { RelativeStrength } from '../../../domain/features/indicators/relative-strength';
import { createSharedColumns } from '../../../domain/features/shared-columns';
import { FEATURE_TABLE } from '../../../domain/features/table';
import { anyBarsOptions, ORDINARY, ORDINARY_CONTEXT, randomBars } from '../../support/feature-bars';

const HOUR = 3_600_000;

function completedCloses(higher: HigherBars, time: number, close: number): number[] {
  const one = Float64Array.of(close);
  return [...higher.fill(Float64Array.of(time), one, one, one).close];
}

describe('closes of a higher timeframe', () => {
  it('hands a bar out with the base bar that closes exactly at its end', () => {
    const higher = new HigherBars(4 * HOUR);
    expect([5, 6, 7, 8, 9].map((hour) => completedCloses(higher, hour * HOUR, hour))).toEqual([[], [], [], [8], []]);
  });

  it('hands it out with the next bar where the last one is missing, and skips empty ones', () => {
    const higher = new HigherBars(4 * HOUR);
    expect([5, 7, 21, 22].map((hour) => completedCloses(higher, hour * HOUR, hour))).toEqual([[], [], [7], []]);
  });

  it('hands out two where a late one and its own are completed at once', () => {
    const higher = new HigherBars(4 * HOUR);
    expect([5, 8, 10, 12].map((hour) => completedCloses(higher, hour * HOUR, hour))).toEqual([[], [8], [], [12]]);
    expect(completedCloses(higher, 14 * HOUR, 14)).toEqual([]);
    expect(completedCloses(higher, 20 * HOUR, 20)).toEqual([14, 20]);
  });

  it('waits for the next bar where base bars never close on the border', () => {
    const higher = new HigherBars(4 * HOUR);
    expect([6.5, 7.5, 8.5, 9.5].map((hour) => completedCloses(higher, hour * HOUR, hour))).toEqual([[], [], [7.5], []]);
  });
});

/** By definition, afresh for each bar: all buckets whose end has been reached, the last close in each, RSI over them. */
function higherRsiAt(bars: BarColumns, row: number, higherMs: number): number {
  const closes = new Map<number, number>();
  for (let t = 0; t <= row; t += 1) closes.set(Math.ceil(bars.time[t]! / higherMs) * higherMs, bars.close[t]!);
  const rsi = new RelativeStrength(14);
  let value = NaN;
  for (const [end, close] of closes) if (end <= bars.time[row]!) value = rsi.push(close);
  return value;
}

it('higherRsi14 is RSI over the higher bars that have closed, at every bar and with gaps', () => {
  const feature = FEATURE_TABLE.find(({ name }) => name === 'higherRsi14')!;
  fc.assert(
    fc.property(anyBarsOptions, fc.integer({ min: 2, max: 7 }), (options, multiple) => {
      const bars = randomBars({ ...options, rows: 130 });
      const context = { ...ORDINARY_CONTEXT, timeframeMs: options.timeframeMs, higherTimeframeMultiple: multiple };
      const values = feature.create(context, createSharedColumns()).fill(bars);
      const expected = bars.time.map((_, row) => higherRsiAt(bars, row, multiple * options.timeframeMs));
      expect(values).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

/** By definition, afresh: the last `count` higher bars whose end has been reached, without the one the series began in. */
function closedBarsAt(bars: BarColumns, row: number, higherMs: number, count: number) {
  const buckets = new Map<number, { high: number; low: number; close: number }>();
  for (let t = 0; t <= row; t += 1) {
    const end = Math.ceil(bars.time[t]! / higherMs) * higherMs;
    const open = buckets.get(end) ?? { high: -Infinity, low: Infinity, close: NaN };
    const [high, low] = [Math.max(open.high, bars.high[t]!), Math.min(open.low, bars.low[t]!)];
    buckets.set(end, { high, low, close: bars.close[t]! });
  }
  const closed = [...buckets].slice(1).filter(([end]) => end <= bars.time[row]!);
  return closed.length < count ? null : closed.slice(-count).map(([, bar]) => bar);
}

function rangePositionOf(bars: readonly { high: number; low: number }[], close: number): number {
  const [highest, lowest] = [Math.max(...bars.map(({ high }) => high)), Math.min(...bars.map(({ low }) => low))];
  return (close - lowest) / (highest - lowest);
}

/** The slope of the closes by the normal equations, in mean ranges. */
function slopeOf(bars: readonly { high: number; low: number; close: number }[]): number {
  const middle = (bars.length - 1) / 2;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const level = mean(bars.map(({ close }) => close));
  const above = bars.reduce((sum, { close }, i) => sum + (i - middle) * (close - level), 0);
  return above / bars.reduce((sum, _, i) => sum + (i - middle) ** 2, 0) / mean(bars.map(({ high, low }) => high - low));
}

it.each([
  [
    'higherRangePosition5',
    (closed: NonNullable<ReturnType<typeof closedBarsAt>>, close: number) => rangePositionOf(closed, close),
  ],
  ['higherSlope5', (closed: NonNullable<ReturnType<typeof closedBarsAt>>) => slopeOf(closed)],
] as const)('%s reads the higher bars that have closed, at every bar and with gaps', (name, expectedOf) => {
  const feature = FEATURE_TABLE.find((each) => each.name === name)!;
  fc.assert(
    fc.property(anyBarsOptions, fc.integer({ min: 2, max: 7 }), (options, multiple) => {
      const bars = randomBars({ ...options, rows: 90 });
      const context = { ...ORDINARY_CONTEXT, timeframeMs: options.timeframeMs, higherTimeframeMultiple: multiple };
      const values = feature.create(context, createSharedColumns()).fill(bars);
      for (const [row, value] of values.entries()) {
        const closed = closedBarsAt(bars, row, multiple * options.timeframeMs, 5);
        const expected = closed === null ? NaN : expectedOf(closed, bars.close[row]!);
        if (Number.isFinite(expected)) expect(value).toBeCloseTo(expected, 6);
        else expect(value).toBeNaN();
      }
    }),
    { numRuns: 30 },
  );
});

it('the bound of the warm-up is reached when no bar closes on a border', () => {
  const feature = FEATURE_TABLE.find(({ name }) => name === 'higherRsi14')!;
  const bars = randomBars({ ...ORDINARY, startMs: Date.UTC(2024, 0, 1, 0, 30), rows: 100 });
  const values = feature.create(ORDINARY_CONTEXT, createSharedColumns()).fill(bars);
  expect(values.findIndex((value) => !Number.isNaN(value))).toBe(60);
});
