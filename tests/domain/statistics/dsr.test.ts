import fc from 'fast-check';
import { deflatedSharpe, expectedMaximumSharpe } from '../../../domain/statistics/dsr';
import { minimumTrackRecordLength } from '../../../domain/statistics/min-trl';
import { probabilisticSharpe } from '../../../domain/statistics/psr';
import { sharpeMoments } from '../../../domain/statistics/sharpe';
import { oracle } from './oracle';

/**
 * Bailey & López de Prado (2014), "A numerical example": 100 trials whose annualised ratios have a variance of ½, the best
 * one of 2.5 over 1250 days of 250 a year, skew -3, kurtosis 10.
 */
const PUBLISHED = { sharpe: 2.5 / Math.sqrt(250), observations: 1250, skew: -3, kurtosis: 10 };
const VARIANCE = 1 / 2 / 250;

const returns = fc
  .array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 5, maxLength: 60 })
  .filter((values) => new Set(values).size > 2)
  .map((values) => Float64Array.from(values));

describe('the deflated Sharpe ratio', () => {
  it('is that of the published example', () => {
    expect(expectedMaximumSharpe(100, VARIANCE)).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(PUBLISHED, 100, VARIANCE)).toBeCloseTo(0.9004, 4);
  });

  it('would have been 0.95 after 46 trials, as published, and after 88 with normal returns', () => {
    expect(deflatedSharpe(PUBLISHED, 46, VARIANCE)).toBeCloseTo(0.9505, 3);
    expect(deflatedSharpe({ ...PUBLISHED, skew: 0, kurtosis: 3 }, 88, VARIANCE)).toBeCloseTo(0.9505, 3);
  });

  it('agrees with SciPy and a formula written down anew', () => {
    for (const each of oracle.sharpe) {
      const moments = sharpeMoments(Float64Array.from(each.returns));
      expect(moments.sharpe).toBeCloseTo(each.sharpe, 10);
      expect(moments.skew).toBeCloseTo(each.skew, 10);
      expect(moments.kurtosis).toBeCloseTo(each.kurtosis, 10);
      expect(probabilisticSharpe(moments, each.benchmark)).toBeCloseTo(each.psr, 10);
      expect(expectedMaximumSharpe(each.trials, each.variance)).toBeCloseTo(each.sr0, 10);
      expect(deflatedSharpe(moments, each.trials, each.variance)).toBeCloseTo(each.dsr, 10);
      const length = minimumTrackRecordLength(moments, each.benchmark, 0.95);
      if (each.minTrl === null) expect(length).toBeNull();
      else expect((length ?? NaN) / each.minTrl).toBeCloseTo(1, 9);
    }
  });

  it('falls with every further trial and with their variance; one trial deflates nothing', () => {
    const variance = fc.double({ min: 1e-6, max: 0.05, noNaN: true });
    fc.assert(
      fc.property(returns, fc.integer({ min: 1, max: 5000 }), variance, (series, trials, spread) => {
        const moments = sharpeMoments(series);
        expect(deflatedSharpe(moments, trials + 1, spread)).toBeLessThanOrEqual(
          deflatedSharpe(moments, trials, spread),
        );
        expect(deflatedSharpe(moments, trials, 2 * spread)).toBeLessThanOrEqual(
          deflatedSharpe(moments, trials, spread),
        );
        expect(deflatedSharpe(moments, 1, spread)).toBe(probabilisticSharpe(moments, 0));
      }),
    );
  });

  it('MinTRL is the length at which PSR reaches the confidence', () => {
    fc.assert(
      fc.property(returns, fc.double({ min: 0.55, max: 0.999, noNaN: true }), (series, confidence) => {
        const moments = sharpeMoments(series);
        const benchmark = moments.sharpe - 0.05;
        const length = minimumTrackRecordLength(moments, benchmark, confidence);
        if (length === null) return;
        expect(probabilisticSharpe({ ...moments, observations: length }, benchmark)).toBeCloseTo(confidence, 6);
        expect(minimumTrackRecordLength(moments, moments.sharpe, confidence)).toBeNull();
      }),
    );
  });

  it('a series that does not vary has a ratio of 0, and one of fewer than two values proves nothing', () => {
    expect(sharpeMoments(new Float64Array(20).fill(0.1))).toEqual({
      sharpe: 0,
      observations: 20,
      skew: 0,
      kurtosis: 3,
    });
    expect(sharpeMoments(new Float64Array(20))).toEqual({ sharpe: 0, observations: 20, skew: 0, kurtosis: 3 });
    expect(probabilisticSharpe(sharpeMoments(new Float64Array(0)), 0)).toBeNaN();
    expect(probabilisticSharpe(sharpeMoments(Float64Array.of(0.2)), 0)).toBeNaN();
  });
});
