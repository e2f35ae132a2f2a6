import { randomFromSeed } from '../../../domain/core/random';
import { decorrelation } from '../../../domain/statistics/decorrelation';

/** x_t = φ x_{t-1} + e_t, whose autocorrelation at lag h is φ^h; `gap` values are missing at the start. */
function autoregression(seed: number, rows: number, phi: number, gap = 0): Float64Array {
  const random = randomFromSeed(seed);
  let x = random.normal() / Math.sqrt(1 - phi * phi);
  return Float64Array.from({ length: rows }, (_, row) => {
    x = phi * x + random.normal();
    return row < gap ? NaN : x;
  });
}

describe('how long features remember', () => {
  it('is the first day on which the mean autocorrelation falls below a tenth', () => {
    // φ^h < 0.1 from h = 44.9 on: with 10 bars a day on day 5, give or take what chance does.
    const columns = [1, 2, 3, 4, 5, 6].map((seed) => autoregression(seed, 40_000, 0.95, 30 * seed));
    const found = decorrelation(columns, 10, 40);
    expect(found).toMatchObject({ days: 5, threshold: 0.1, features: 6 });
    expect(found.meanAutocorrelation).toBeLessThan(0.1);
    expect(found.meanAutocorrelation).toBeGreaterThan(0.95 ** 50 / 2);
  });

  it('is not known where they have not forgotten by the last day looked at', () => {
    expect(decorrelation([autoregression(1, 20_000, 0.999)], 10, 5)).toMatchObject({ days: null });
  });

  it('holds a short series against what chance alone would give', () => {
    const short = decorrelation([autoregression(1, 100, 0)], 5, 10);
    expect(short.threshold).toBeCloseTo(0.196, 3);
  });

  it('leaves out features that never change or have holes, and guards nothing where none is left', () => {
    const holed = autoregression(2, 500, 0.5);
    holed[300] = NaN;
    expect(decorrelation([new Float64Array(500).fill(3), holed], 10, 5)).toMatchObject({ days: 0, features: 0 });
    expect(decorrelation([holed, autoregression(3, 500, 0)], 10, 5)).toMatchObject({ features: 1 });
  });
});
