import { randomFromSeed } from '../../../domain/core/random';
import { cusumOfSquares, supFBreak } from '../../../domain/statistics/breaks';
import { oracle } from './oracle';

/** An autoregressive series, its values `change` larger and `wilder` times as wide from the middle on. */
function series(seed: number, count: number, phi: number, change = 0, wilder = 1): Float64Array {
  const random = randomFromSeed(seed);
  let value = 0;
  return Float64Array.from({ length: count }, (_, i) => {
    value = phi * value + random.normal();
    return i < count / 2 ? value : wilder * value + change;
  });
}

const share = (found: readonly (number | undefined)[]): number =>
  found.filter((p) => (p ?? NaN) < 0.05).length / found.length;
const seeds = Array.from({ length: 300 }, (_, seed) => seed);

describe('tests for a break', () => {
  it.each(oracle.breaks)('find in a series with $name what statsmodels and NumPy find', (expected) => {
    const values = Float64Array.from(expected.series);
    const cusum = cusumOfSquares(values, { lags: 0 });
    expect(cusum?.statistic).toBeCloseTo(expected.cusum, 9);
    expect(cusum?.pValue).toBeCloseTo(expected.cusumP, 9);
    expect(cusum?.at).toBe(expected.cusumAt);
    const supF = supFBreak(values, { lags: 0 });
    expect(supF?.statistic).toBeCloseTo(expected.supF, 9);
    expect(supF?.at).toBe(expected.supFAt);
  });

  it('the tail of sup-F is 10, 5 and 1 % at the values of Andrews (2003)', () => {
    // One observation of the statistic at a time: a series of which it is known cannot be asked for, so levels are simulated.
    const rejected = share(seeds.map((seed) => supFBreak(series(seed, 600, 0), { lags: 0 })?.pValue));
    expect(rejected).toBeGreaterThan(0.02);
    expect(rejected).toBeLessThan(0.08);
  });

  it('autocorrelation and clusters of volatility alone are no break', () => {
    expect(share(seeds.map((seed) => supFBreak(series(seed, 800, 0.4))?.pValue))).toBeLessThan(0.12);
    expect(share(seeds.map((seed) => cusumOfSquares(series(seed, 800, 0.4))?.pValue))).toBeLessThan(0.1);
    // Without the long-run variance the same series would be taken for broken.
    expect(share(seeds.map((seed) => supFBreak(series(seed, 800, 0.4), { lags: 0 })?.pValue))).toBeGreaterThan(0.2);
  });

  it('a change of the mean and one of the variance are found, near their place', () => {
    for (const seed of seeds.slice(0, 50)) {
      const moved = supFBreak(series(seed, 400, 0, 1));
      const wilder = cusumOfSquares(series(seed, 400, 0, 0, 2));
      expect(moved?.pValue).toBeLessThan(0.01);
      expect(wilder?.pValue).toBeLessThan(0.01);
      expect(Math.abs((moved?.at ?? NaN) - 200)).toBeLessThan(40);
      expect(Math.abs((wilder?.at ?? NaN) - 200)).toBeLessThan(80);
    }
  });

  it('says nothing where nothing is defined', () => {
    const holed = series(1, 50, 0).map((value, i) => (i === 9 ? NaN : value));
    for (const values of [new Float64Array(0), new Float64Array(5), new Float64Array(60).fill(0.3), holed]) {
      expect(cusumOfSquares(values)).toBeNull();
      expect(supFBreak(values)).toBeNull();
    }
  });
});
