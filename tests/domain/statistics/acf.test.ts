import fc from 'fast-check';
import { autocorrelationBound, autocorrelations } from '../../../domain/statistics/acf';
import { oracle, oracleSeries } from './oracle';

describe('autocorrelations', () => {
  it('are those of statsmodels', () => {
    const found = autocorrelations(oracleSeries(oracle.acf.series), oracle.acf.values.length - 1);
    for (const [lag, expected] of oracle.acf.values.entries()) expect(found[lag]).toBeCloseTo(expected, 12);
  });

  it('lie between -1 and 1, start with 1 and ask neither for a unit nor for a level', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 40 }), (given, lag) => {
        fc.pre(new Set(given).size > 1);
        const found = autocorrelations(Float64Array.from(given), lag);
        const moved = autocorrelations(
          Float64Array.from(given, (value) => 3 - 2 * value),
          lag,
        );
        expect(found[0]).toBe(1);
        for (const [at, value] of found.entries()) {
          expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
          expect(moved[at]).toBeCloseTo(value, 9);
        }
      }),
    );
  });

  it('are NaN for a constant series, whatever its level, and for a hole', () => {
    expect([...autocorrelations(new Float64Array(30).fill(0.1), 2)]).toEqual([NaN, NaN, NaN]);
    expect([...autocorrelations(Float64Array.of(1, NaN, 2, 5), 1)]).toEqual([NaN, NaN]);
    expect(autocorrelationBound(400)).toBeCloseTo(0.098, 3);
  });
});
