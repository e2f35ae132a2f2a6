import fc from 'fast-check';
import { randomFromSeed } from '../../../domain/core/random';
import { fitFracDiff } from '../../../domain/features/fit-frac-diff';
import { FractionalDifference, fractionalWeights } from '../../../domain/features/indicators/fractional-difference';
import { adfTest } from '../../../domain/statistics/adf';

const isStationary = (series: Float64Array): boolean => (adfTest(series)?.pValue ?? 1) < 0.05;

/** Prices whose log is a random walk, integrated once more where asked. */
function prices(rows: number, seed: number): Float64Array {
  const random = randomFromSeed(seed);
  let log = 4;
  return Float64Array.from({ length: rows }, () => Math.exp((log += 0.01 * random.normal())));
}

describe('fractional differentiation', () => {
  it('has the binomial weights of (1 − L)^d', () => {
    expect([...fractionalWeights(0.5, 5)]).toEqual([1, -0.5, -0.125, -0.0625, -0.0390625]);
    expect([...fractionalWeights(0, 4)].map(Math.abs)).toEqual([1, 0, 0, 0]);
    expect([...fractionalWeights(1, 4)].map(Math.abs)).toEqual([1, 1, 0, 0]);
    // Γ(k − d) / (Γ(−d) Γ(k + 1)) at d = 0.4, k = 3: (−0.4)(0.6)(1.6) / 6.
    expect(fractionalWeights(0.4, 4)[3]).toBeCloseTo(-0.064, 15);
  });

  it('of order 1 is the change, of order 0 the value, and orders add up over a window that holds all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 8, maxLength: 8 }), (values) => {
        const run = (order: number, series: readonly number[], width: number): number[] => {
          const difference = new FractionalDifference(order, width);
          return [...difference.fill(Float64Array.from(series))];
        };
        expect(run(1, values, 2).slice(1)).toEqual(values.slice(1).map((value, i) => value - values[i]!));
        expect(run(0, values, 3).slice(2)).toEqual(values.slice(2));
        // Twice order 0.5 is order 1, where each window reaches back to zeros.
        const padded = [...Array.from({ length: 16 }, () => 0), ...values];
        const half = run(0.5, padded, 9).map((value) => (Number.isNaN(value) ? 0 : value));
        const twice = run(0.5, half, 9).slice(16);
        values.forEach((value, i) => expect(twice[i]).toBeCloseTo(value - (values[i - 1] ?? 0), 9));
      }),
    );
  });
});

describe('the fitted order', () => {
  it('is the smallest of the grid that passes', () => {
    const closes = prices(600, 3);
    const asked: number[] = [];
    const fitted = fitFracDiff(closes, 20, (series) => asked.push(series.length) === 5);
    expect(fitted).toEqual({
      ok: true,
      value: { fracDiff: { order: 0.2, width: 20, referencePrice: closes[0] }, stationary: true },
    });
    expect(asked).toEqual([581, 581, 581, 581, 581]);
  });

  it.each([1, 2, 3, 4])('keeps memory of a random walk: above 0, below 1, by ADF at 5 %% (seed %d)', (seed) => {
    const closes = prices(3_000, seed);
    const fitted = fitFracDiff(closes, 100, isStationary);
    if (!fitted.ok) throw new Error(fitted.fault.message);
    const { order } = fitted.value.fracDiff;
    expect(fitted.value.stationary).toBe(true);
    expect(order).toBeGreaterThan(0);
    expect(order).toBeLessThan(0.8);
    const below = new FractionalDifference(order - 0.05, 100);
    const series = below.fill(closes.map((close) => Math.log(close / closes[0]!))).subarray(99);
    expect(isStationary(series)).toBe(false);
  });

  it('says where none passes, as of a price that never moved', () => {
    expect(fitFracDiff(new Float64Array(400).fill(9), 100, isStationary)).toEqual({
      ok: true,
      value: { fracDiff: { order: 1, width: 100, referencePrice: 9 }, stationary: false },
    });
  });

  it('is refused on a part that is too short for its window', () => {
    expect(fitFracDiff(prices(148, 1), 100, isStationary)).toMatchObject({
      ok: false,
      fault: {
        code: 'InvalidConfig',
        message:
          'features.fracDiff: the first training part has 148 bars, which leaves 49 values of a window of 100; at least 50 are needed: ' +
          'shorten features.fracDiff.width or give more bars',
      },
    });
    expect(fitFracDiff(prices(149, 1), 100, isStationary).ok).toBe(true);
  });
});
