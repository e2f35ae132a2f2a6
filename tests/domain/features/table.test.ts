import fc from 'fast-check';
import { BAR_FIELDS, sliceBars, type BarColumns } from '../../../domain/core/bars';
import { warmUpBars, type FeatureDeclaration } from '../../../domain/features/declaration';
import { CROSS_FEATURES } from '../../../domain/features/families/cross';
import { createSharedColumns } from '../../../domain/features/shared-columns';
import { FEATURE_TABLE } from '../../../domain/features/table';
import { ORDINARY, ORDINARY_CONTEXT, randomBars } from '../../support/feature-bars';
import { firstByteDifference } from '../../support/prefix-invariance';

const CONTEXT = ORDINARY_CONTEXT;
const each = FEATURE_TABLE.map((feature) => [feature.name, feature] as const);

function compute(feature: FeatureDeclaration, bars: BarColumns, context = CONTEXT): Float64Array {
  return feature.create(context, createSharedColumns()).fill(bars);
}

describe('the table', () => {
  it('declares 70 to 100 features with names of their own, those beside another symbol among them', () => {
    const names = [...FEATURE_TABLE, ...CROSS_FEATURES].map((feature) => feature.name);
    expect(names.length).toBeGreaterThanOrEqual(70);
    expect(names.length).toBeLessThanOrEqual(100);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(each)('%s is missing before its warm-up and has a value from there on', (_, feature) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e6 }), (seed, minutes) => {
        const startMs = ORDINARY.startMs + minutes * 60_000;
        const values = compute(feature, randomBars({ ...ORDINARY, seed, startMs, rows: 260 }));
        const first = values.findIndex((value) => !Number.isNaN(value));
        const declared = warmUpBars(feature, CONTEXT);
        if (feature.warmUp.kind === 'exact') expect(first).toBe(declared);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(first).toBeLessThanOrEqual(declared);
        expect(values.subarray(first).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it.each(each)('%s reads the columns that it declares and no others', (_, feature) => {
    const bars = randomBars({ ...ORDINARY, rows: 300 });
    const start = ORDINARY.startMs + 1_234_000;
    const other = randomBars({ ...ORDINARY, rows: 300, seed: 2, startMs: start, gapShare: 0.02 });
    const usual = compute(feature, bars);
    for (const input of [...BAR_FIELDS, 'time'] as const) {
      const changed = firstByteDifference(usual, compute(feature, { ...bars, [input]: other[input] })) >= 0;
      expect({ input, changed }).toEqual({ input, changed: feature.inputs.includes(input) });
    }
  });

  it.each(each)('%s does not know the level of prices or volumes', (_, feature) => {
    const bars = randomBars({ ...ORDINARY, gapShare: 0.02, flatShare: 0.1 });
    const times = (factor: number) => (value: number) => value * factor;
    const scaled = {
      time: bars.time,
      open: bars.open.map(times(2 ** -20)),
      high: bars.high.map(times(2 ** -20)),
      low: bars.low.map(times(2 ** -20)),
      close: bars.close.map(times(2 ** -20)),
      volume: bars.volume.map(times(2 ** 9)),
    };
    const fracDiff = { order: 0.4, width: 100, referencePrice: 100 * 2 ** -20 };
    const scaledContext = { ...CONTEXT, fracDiff };
    expect(firstByteDifference(compute(feature, bars), compute(feature, scaled, scaledContext))).toBe(-1);
  });

  it.each(each)('%s forgets: a series begun long before gives the same value', (_, feature) => {
    const bars = randomBars({ ...ORDINARY, rows: 7_000, spikeShare: 0.001 });
    const late = compute(feature, sliceBars(bars, 2_000, 7_000));
    // 190 bars of the slowest clock.
    const settled = feature.timeframe === 'higher2' ? 4_560 : 3_000;
    const whole = compute(feature, bars);
    const worst = late
      .subarray(settled)
      .reduce((most, value, i) => Math.max(most, Math.abs(value - whole[i + 2_000 + settled]!)), 0);
    expect(worst).toBeLessThanOrEqual(1e-8);
  });

  it.each(each.filter(([, feature]) => feature.memory === 'window'))(
    '%s depends on no bar before its warm-up, to the byte',
    (_, feature) => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 500 }), (seed, from) => {
          const bars = randomBars({ ...ORDINARY, seed, rows: 900, spikeShare: 0.01, flatShare: 0.1 });
          const first = warmUpBars(feature, CONTEXT);
          const late = compute(feature, sliceBars(bars, from, 900)).slice(first);
          const whole = compute(feature, bars).slice(from + first);
          expect(firstByteDifference(late, whole)).toBe(-1);
        }),
        { numRuns: 4 },
      );
    },
  );

  it.each(each)('%s has a value in a series without volume', (_, feature) => {
    const bars = randomBars({ ...ORDINARY, rows: 300 });
    const values = compute(feature, { ...bars, volume: bars.volume.map(() => 0) });
    expect(values.subarray(warmUpBars(feature, CONTEXT)).every(Number.isFinite)).toBe(true);
  });

  it('no warm-up is longer than 200 bars at the usual multiples', () => {
    expect(Math.max(...FEATURE_TABLE.map((feature) => warmUpBars(feature, CONTEXT)))).toBeLessThanOrEqual(200);
  });
});
