import fc from 'fast-check';
import { randomFromSeed } from '../../../domain/core/random';
import { adfTest } from '../../../domain/statistics/adf';
import { oracle, oracleSeries } from './oracle';

const cases = oracle.adf.cases.map(
  (each) => [`${each.name}, ${each.trend}, lags ${String(each.maxLag)}`, each] as const,
);

describe('the augmented Dickey-Fuller test', () => {
  it.each(cases)('agrees with statsmodels on %s', (_, expected) => {
    const { name, trend, maxLag } = expected;
    const found = adfTest(oracleSeries(name), { trend, ...(maxLag === null ? {} : { maxLag }) });
    expect(found).toMatchObject({ lags: expected.lags, rows: expected.rows });
    expect(found?.statistic).toBeCloseTo(expected.statistic, 7);
    expect(found?.pValue).toBeCloseTo(expected.pValue, 7);
    for (const level of ['1%', '5%', '10%'] as const)
      expect(found?.critical[level]).toBeCloseTo(expected.critical[level], 9);
  });

  it('asks neither for a unit nor for a level', () => {
    const series = oracleSeries('AR(1) of 0.98');
    const shift = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    const scale = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(shift, scale, (by, factor) => {
        const moved = adfTest(series.map((value) => by + factor * value));
        expect(moved?.statistic).toBeCloseTo(adfTest(series)?.statistic ?? NaN, 5);
      }),
      { numRuns: 30 },
    );
  });

  it('rejects a unit root in about one random walk of twenty', () => {
    const rejected = Array.from({ length: 400 }, (_, seed) => {
      const random = randomFromSeed(seed);
      let level = 0;
      return adfTest(Float64Array.from({ length: 150 }, () => (level += random.normal())))?.pValue ?? NaN;
    }).filter((p) => p < 0.05).length;
    // 20 expected; the lags chosen by AIC reject a little more often. 99.9 % of a binomial lie within 20 ± 15.
    expect(rejected).toBeGreaterThanOrEqual(8);
    expect(rejected).toBeLessThanOrEqual(40);
  });

  it('says nothing where nothing is defined', () => {
    const line = Float64Array.from({ length: 60 }, (_, i) => 2 * i);
    const holed = oracleSeries('noise').map((value, i) => (i === 7 ? NaN : value));
    for (const series of [new Float64Array(0), new Float64Array(3), new Float64Array(50).fill(7), line, holed])
      expect(adfTest(series)).toBeNull();
  });
});
