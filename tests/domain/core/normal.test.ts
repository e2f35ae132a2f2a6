import fc from 'fast-check';
import { normalCdf, normalQuantile } from '../../../domain/core/normal';
import { oracle } from '../statistics/oracle';

describe('the normal distribution', () => {
  it.each(oracle.normal.cdf)('has SciPy’s share below $x', ({ x, p }) => {
    const found = normalCdf(x);
    expect(Math.abs(found - p)).toBeLessThan(1e-14);
    // Far out what counts is the share of itself.
    if (p > 0 && p < 1e-6) expect(Math.abs(found / p - 1)).toBeLessThan(1e-7);
  });

  it.each(oracle.normal.quantile)('has SciPy’s quantile of $p', ({ p, x }) => {
    expect(Math.abs(normalQuantile(p) - x)).toBeLessThan(1e-12 * Math.max(1, Math.abs(x)));
  });

  it('turns a quantile back into its share, and never falls', () => {
    const share = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true });
    fc.assert(
      fc.property(share, share, (a, b) => {
        expect(normalCdf(normalQuantile(a))).toBeCloseTo(a, 12);
        if (a < b) expect(normalQuantile(a)).toBeLessThanOrEqual(normalQuantile(b));
      }),
    );
  });

  it('says NaN where nothing is defined, and the ends at infinity', () => {
    expect([normalCdf(NaN), normalQuantile(NaN), normalQuantile(-0.1), normalQuantile(1.1)]).toEqual([
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
    expect([normalCdf(-Infinity), normalCdf(Infinity)]).toEqual([0, 1]);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });
});
