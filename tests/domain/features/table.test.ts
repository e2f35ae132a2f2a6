import fc from 'fast-check';
import { BAR_FIELDS, sliceBars, type BarColumns } from '../../../domain/core/bars';
import { warmUpBars, type FeatureDeclaration } from '../../../domain/features/declaration';
import { FEATURE_TABLE } from '../../../domain/features/table';
import { ORDINARY, randomBars } from '../../support/feature-bars';
import { firstByteDifference } from '../../support/prefix-invariance';

const CONTEXT = { timeframeMs: ORDINARY.timeframeMs, higherTimeframeMultiple: 4 };
const each = FEATURE_TABLE.map((feature) => [feature.name, feature] as const);

function compute(feature: FeatureDeclaration, bars: BarColumns): Float64Array {
  const kernel = feature.create(CONTEXT);
  return bars.time.map((_, row) => kernel.push(bars, row));
}

describe('the table', () => {
  it('declares 20 to 25 features with names of their own', () => {
    expect(FEATURE_TABLE.length).toBeGreaterThanOrEqual(20);
    expect(FEATURE_TABLE.length).toBeLessThanOrEqual(25);
    expect(new Set(FEATURE_TABLE.map((feature) => feature.name)).size).toBe(FEATURE_TABLE.length);
  });

  it.each(each)('%s is missing before its warm-up and has a value from there on', (_, feature) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e6 }), (seed, minutes) => {
        const startMs = ORDINARY.startMs + minutes * 60_000;
        const values = compute(feature, randomBars({ ...ORDINARY, seed, startMs, rows: 160 }));
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
    const bars = randomBars({ ...ORDINARY, rows: 200 });
    const other = randomBars({ ...ORDINARY, rows: 200, seed: 2, startMs: ORDINARY.startMs + 1_234_000 });
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
    expect(firstByteDifference(compute(feature, bars), compute(feature, scaled))).toBe(-1);
  });

  it.each(each)('%s forgets: a series begun long before gives the same value', (_, feature) => {
    const bars = randomBars({ ...ORDINARY, rows: 6_000, spikeShare: 0.001 });
    const late = compute(feature, sliceBars(bars, 2_000, 6_000));
    const whole = compute(feature, bars);
    const worst = late
      .subarray(3_000)
      .reduce((most, value, i) => Math.max(most, Math.abs(value - whole[i + 5_000]!)), 0);
    expect(worst).toBeLessThanOrEqual(1e-8);
  });

  it('the features of finite windows carry no rounding over from older bars', () => {
    const bars = randomBars({ ...ORDINARY, rows: 3_000, spikeShare: 0.01 });
    const windowed = [
      'realisedVolatility20',
      'volatilityRatio20To100',
      'bollingerPosition20',
      'volumeRatio20',
      'stochasticD14',
    ];
    for (const feature of FEATURE_TABLE.filter(({ name }) => windowed.includes(name))) {
      const late = compute(feature, sliceBars(bars, 1_777, 3_000)).slice(100);
      const whole = compute(feature, bars).slice(1_877);
      expect([feature.name, firstByteDifference(late, whole)]).toEqual([feature.name, -1]);
    }
  });
});
