import fc from 'fast-check';
import type { BarColumns } from '../../../domain/core/bars';
import { HigherCloses } from '../../../domain/features/indicators/higher-closes';
import { RelativeStrength } from '../../../domain/features/indicators/relative-strength';
import { FEATURE_TABLE } from '../../../domain/features/table';
import { anyBarsOptions, ORDINARY, ORDINARY_CONTEXT, randomBars } from '../../support/feature-bars';

const HOUR = 3_600_000;

function completedCloses(higher: HigherCloses, time: number, close: number): number[] {
  const count = higher.push(time, close);
  return [...higher.completed.subarray(0, count)];
}

describe('closes of a higher timeframe', () => {
  it('hands a bar out with the base bar that closes exactly at its end', () => {
    const higher = new HigherCloses(4 * HOUR);
    expect([5, 6, 7, 8, 9].map((hour) => completedCloses(higher, hour * HOUR, hour))).toEqual([[], [], [], [8], []]);
  });

  it('hands it out with the next bar where the last one is missing, and skips empty ones', () => {
    const higher = new HigherCloses(4 * HOUR);
    expect([5, 7, 21, 22].map((hour) => completedCloses(higher, hour * HOUR, hour))).toEqual([[], [], [7], []]);
  });

  it('hands out two where a late one and its own are completed at once', () => {
    const higher = new HigherCloses(4 * HOUR);
    expect([5, 8, 10, 12].map((hour) => completedCloses(higher, hour * HOUR, hour))).toEqual([[], [8], [], [12]]);
    expect(completedCloses(higher, 14 * HOUR, 14)).toEqual([]);
    expect(completedCloses(higher, 20 * HOUR, 20)).toEqual([14, 20]);
  });

  it('waits for the next bar where base bars never close on the border', () => {
    const higher = new HigherCloses(4 * HOUR);
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
      const kernel = feature.create({
        ...ORDINARY_CONTEXT,
        timeframeMs: options.timeframeMs,
        higherTimeframeMultiple: multiple,
      });
      const values = bars.time.map((_, row) => kernel.push(bars, row));
      const expected = bars.time.map((_, row) => higherRsiAt(bars, row, multiple * options.timeframeMs));
      expect(values).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

it('the bound of the warm-up is reached when no bar closes on a border', () => {
  const feature = FEATURE_TABLE.find(({ name }) => name === 'higherRsi14')!;
  const bars = randomBars({ ...ORDINARY, startMs: Date.UTC(2024, 0, 1, 0, 30), rows: 100 });
  const kernel = feature.create(ORDINARY_CONTEXT);
  const values = bars.time.map((_, row) => kernel.push(bars, row));
  expect(values.findIndex((value) => !Number.isNaN(value))).toBe(60);
});
