import fc from 'fast-check';
import { PairedWindow } from '../../../domain/features/indicators/correlation';
import { ExponentialAverage, WilderAverage } from '../../../domain/features/indicators/moving-average';
import { RegressionLine } from '../../../domain/features/indicators/regression';
import { ExtremeAge, RollingExtreme } from '../../../domain/features/indicators/rolling-extreme';
import { RollingMean } from '../../../domain/features/indicators/rolling-mean';
import { RollingDeviation } from '../../../domain/features/indicators/rolling-moments';
import { RollingSum } from '../../../domain/features/indicators/rolling-sum';
import { WeightedSum } from '../../../domain/features/indicators/weighted-sum';
import { firstByteDifference } from '../../support/prefix-invariance';

/** What each window must give, written as its definition says. */
const sum = (window: readonly number[]): number => window.reduce((total, value) => total + value, 0);
const mean = (window: readonly number[]): number => sum(window) / window.length;
const squares = (window: readonly number[]): number => sum(window.map((value) => (value - mean(window)) ** 2));
const slope = (window: readonly number[]): number => {
  const centre = (window.length - 1) / 2;
  const spread = sum(window.map((_, i) => (i - centre) ** 2));
  return sum(window.map((value, i) => (i - centre) * (value - mean(window)))) / spread;
};
const isMissing = (window: readonly number[]): boolean => window.some(Number.isNaN);
const extreme = (window: readonly number[], pick: (...values: number[]) => number): number =>
  isMissing(window) ? NaN : pick(...window);

interface Rolling {
  readonly create: (size: number) => { fill(values: Float64Array): Float64Array };
  readonly of: (window: readonly number[]) => number;
  readonly exact?: true;
}

const ROLLING: Readonly<Record<string, Rolling>> = {
  sum: { create: (size) => new RollingSum(size), of: sum },
  mean: { create: (size) => new RollingMean(size), of: mean },
  deviation: {
    create: (size) => new RollingDeviation(size),
    of: (window) => Math.sqrt(squares(window) / window.length),
  },
  slope: { create: (size) => ({ fill: (values) => new RegressionLine(size).slopes(values) }), of: slope },
  'weighted sum': {
    create: (size) => new WeightedSum(Float64Array.from({ length: size }, (_, i) => i - 3)),
    of: (window) => sum(window.map((value, i) => value * (i - 3))),
  },
  highest: {
    create: (size) => new RollingExtreme(size, 'highest'),
    of: (window) => extreme(window, Math.max),
    exact: true,
  },
  lowest: {
    create: (size) => new RollingExtreme(size, 'lowest'),
    of: (window) => extreme(window, Math.min),
    exact: true,
  },
  'age of the highest': {
    create: (size) => new ExtremeAge(size, 'highest'),
    of: (window) => (isMissing(window) ? NaN : window.length - 1 - window.lastIndexOf(Math.max(...window))),
    exact: true,
  },
  'age of the lowest': {
    create: (size) => new ExtremeAge(size, 'lowest'),
    of: (window) => (isMissing(window) ? NaN : window.length - 1 - window.lastIndexOf(Math.min(...window))),
    exact: true,
  },
};

/** Prices that stay close together, positive values that do not, values of any sign and size, stretches of equal ones, and missing ones. */
const anyValue = fc.oneof(
  { arbitrary: fc.integer({ min: 900, max: 1100 }).map((cents) => cents / 10), weight: 8 },
  { arbitrary: fc.constant(100), weight: 3 },
);
const anyWildValue = fc.oneof(
  { arbitrary: fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1e3), weight: 8 },
  { arbitrary: fc.constant(0), weight: 2 },
  { arbitrary: fc.constant(NaN), weight: 1 },
);
const anyPositiveValue = fc.double({ min: 0.01, max: 3, noNaN: true });
const anySeries = fc
  .oneof(...[anyValue, anyPositiveValue, anyWildValue].map((value) => fc.array(value, { maxLength: 130, size: 'max' })))
  .map((values) => Float64Array.from(values));
const anySize = fc.oneof(fc.integer({ min: 2, max: 33 }), fc.constantFrom(3, 14, 20, 60));
const anyCuts = fc.array(fc.integer({ min: 0, max: 130 }), { maxLength: 6 });

function inChunks(
  values: Float64Array,
  cuts: readonly number[],
  fill: (chunk: Float64Array) => Float64Array,
): Float64Array {
  const edges = [0, ...cuts.map((cut) => Math.min(cut, values.length)).sort((a, b) => a - b), values.length];
  return Float64Array.from(edges.slice(1).flatMap((to, i) => [...fill(values.slice(edges[i], to))]));
}

describe.each(Object.entries(ROLLING))('rolling %s', (name, { create, of, exact }) => {
  it('is what its definition gives for each window, and missing before the first whole one', () => {
    fc.assert(
      fc.property(anySeries, anySize, (values, size) => {
        const found = create(size).fill(values);
        for (const [i, value] of found.entries()) {
          if (i < size - 1) expect(value).toBeNaN();
          else {
            const window = [...values.subarray(i - size + 1, i + 1)];
            const expected = of(window);
            const largest = Math.max(...window.map(Math.abs), 1e-300);
            if (exact || Number.isNaN(expected)) expect(value + 0).toBe(expected + 0);
            else expect(Math.abs(value - expected) / largest).toBeLessThan(1e-11);
          }
        }
      }),
    );
  });

  it('does not change with the chunks that the series comes in, to the byte', () => {
    fc.assert(
      fc.property(anySeries, anySize, anyCuts, (values, size, cuts) => {
        if (name === 'slope') {
          const line = new RegressionLine(size);
          const chunked = inChunks(values, cuts, (chunk) => line.slopes(chunk));
          expect(firstByteDifference(chunked, create(size).fill(values))).toBe(-1);
        } else {
          const kernel = create(size);
          const chunked = inChunks(values, cuts, (chunk) => kernel.fill(chunk));
          expect(firstByteDifference(chunked, create(size).fill(values))).toBe(-1);
        }
      }),
    );
  });

  it('depends on nothing before its window, to the byte', () => {
    fc.assert(
      fc.property(anySeries, anySize, fc.integer({ min: 0, max: 40 }), (values, size, from) => {
        const late = create(size).fill(values.slice(from));
        const whole = create(size).fill(values).slice(from);
        expect(firstByteDifference(late.slice(size - 1), whole.slice(size - 1))).toBe(-1);
      }),
    );
  });
});

it.each([2, 3, 5, 14, 20, 50, 60, 96, 100])('equal values have themselves as mean and no spread over %d', (size) => {
  for (const value of [0.1, 1 / 3, 64_123.37, 1e-9]) {
    const values = new Float64Array(size + 5).fill(value);
    expect([...new RollingMean(size).fill(values)].slice(size - 1)).toEqual(Array(6).fill(value));
    expect([...new RollingDeviation(size).fill(values)].slice(size - 1)).toEqual(Array(6).fill(0));
    expect([...new RegressionLine(size).slopes(values)].slice(size - 1).map(Math.abs)).toEqual(Array(6).fill(0));
  }
});

it('the spread keeps its digits far from zero', () => {
  const values = Float64Array.from({ length: 400 }, (_, i) => 1e6 + ((i * 7919) % 101) / 1e4);
  const near = values.map((value) => value - 1e6);
  const [far, close] = [new RollingDeviation(20).fill(values), new RollingDeviation(20).fill(near)];
  for (let i = 19; i < 400; i += 1) expect(Math.abs(far[i]! / close[i]! - 1)).toBeLessThan(1e-7);
});

it('correlation and slope of two series are those of each window', () => {
  fc.assert(
    fc.property(anySeries, anySize, (values, size) => {
      const other = values.map((value, i) => ((value * 31 + i * 17) % 13) / 3);
      const correlations = new PairedWindow(size).correlations(values, other);
      const betas = new PairedWindow(size).betas(values, other);
      for (let i = size - 1; i < values.length; i += 1) {
        const [a, b] = [values, other].map((column) => [...column.subarray(i - size + 1, i + 1)]) as [
          number[],
          number[],
        ];
        const products = sum(a.map((value, k) => (value - mean(a)) * (b[k]! - mean(b))));
        const [spread, other2] = [squares(a), squares(b)];
        // Where one of the two moves by rounding alone, a quotient says nothing.
        if (Number.isNaN(products) || (spread > 1e-6 && other2 > 1e-6)) {
          const correlation = products / Math.sqrt(spread * other2);
          const within = (found: number, expected: number): boolean =>
            Object.is(found, expected) || Math.abs(found - expected) <= 1e-6 * Math.max(1, Math.abs(expected));
          expect(within(correlations[i]!, correlation)).toBe(true);
          expect(within(betas[i]!, products / other2)).toBe(true);
        }
      }
    }),
  );
});

it.each([
  ['exponential', (period: number) => new ExponentialAverage(period), (period: number) => 2 / (period + 1)],
  ['Wilder', (period: number) => new WilderAverage(period), (period: number) => 1 / period],
] as const)('the %s average follows its recursion from the mean of its first values', (_, create, weightOf) => {
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 60, size: 'max' }), anySize, anyCuts, (list, period, cuts) => {
      const values = Float64Array.from(list);
      const kernel = create(period);
      const found = inChunks(values, cuts, (chunk) => kernel.fill(chunk));
      let average = NaN;
      for (const [i, value] of list.entries()) {
        if (i === period - 1) average = mean(list.slice(0, period));
        else if (i >= period) average += (value - average) * weightOf(period);
        if (i < period - 1) expect(found[i]).toBeNaN();
        else expect(Math.abs(found[i]! - average)).toBeLessThan(1e-9);
      }
      expect(firstByteDifference(found, create(period).fill(values))).toBe(-1);
    }),
  );
});
