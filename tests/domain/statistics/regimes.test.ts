import fc from 'fast-check';
import { randomFromSeed } from '../../../domain/core/random';
import type { RegimeThresholds } from '../../../domain/statistics/regimes';
import { REGIMES, fitRegimes, labelRegimes } from '../../../domain/statistics/regimes';

function prices(seed: number, count: number): Float64Array {
  const random = randomFromSeed(seed);
  let price = 100;
  return Float64Array.from({ length: count }, () => (price *= Math.exp(0.01 * random.normal())));
}

function fitted(close: Float64Array, until: number, windowBars = 20): RegimeThresholds {
  const found = fitRegimes(close, until, { windowBars });
  if (!found.ok) throw new Error(found.fault.message);
  return found.value;
}

describe('regimes', () => {
  it('no later bar changes a label or a threshold, and no unfinished window has one', () => {
    const window = fc.integer({ min: 2, max: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 300, max: 400 }), window, (seed, cut, bars) => {
        const close = prices(seed, 500);
        const rubbish = close.map((value, i) => (i < cut ? value : 1e6 * (i % 7) - 3));
        const thresholds = fitted(close, 200, bars);
        expect(fitted(rubbish, 200, bars)).toEqual(thresholds);
        const labels = labelRegimes(close, thresholds);
        expect(labelRegimes(rubbish, thresholds).subarray(0, cut)).toEqual(labels.subarray(0, cut));
        expect(labelRegimes(close.subarray(0, cut), thresholds)).toEqual(labels.subarray(0, cut));
        expect(labels.findIndex((label) => label >= 0)).toBe(bars);
      }),
      { numRuns: 40 },
    );
  });

  it('a hole is forgotten as soon as it has left the window', () => {
    const close = prices(4, 400).map((value, i) => (i === 250 ? NaN : value));
    const labels = labelRegimes(close, fitted(close, 200));
    const undefinedAt = Array.from(labels.keys()).filter((i) => labels[i] === -1);
    expect(undefinedAt).toEqual([...Array(20).keys(), ...Array.from({ length: 21 }, (_, i) => 250 + i)]);
  });

  it('half of the training part is wild and a third in a trend', () => {
    const labels = labelRegimes(prices(9, 2000), fitted(prices(9, 2000), 2000));
    const shareOf = (wanted: (name: string) => boolean): number =>
      labels.filter((label) => label >= 0 && wanted(REGIMES[label] ?? '')).length / 1980;
    expect(shareOf((name) => name.startsWith('wild'))).toBeCloseTo(0.5, 1);
    expect(shareOf((name) => !name.endsWith('flat'))).toBeCloseTo(1 / 3, 1);
  });

  it('names what can be seen', () => {
    const quiet = prices(2, 600);
    const thresholds = fitted(quiet, 600);
    const rising = Float64Array.from({ length: 60 }, (_, i) => 100 * Math.exp(0.004 * i + 0.001 * (i % 2)));
    const falling = rising.map((value, i) => (value > 0 ? 100 * Math.exp(-0.05 * i + 0.04 * (i % 2)) : 0));
    expect(REGIMES[labelRegimes(rising, thresholds)[50] ?? -1]).toBe('calm-up');
    expect(REGIMES[labelRegimes(falling, thresholds)[50] ?? -1]).toBe('wild-down');
    expect(REGIMES[labelRegimes(new Float64Array(60).fill(5), thresholds)[50] ?? -1]).toBe('calm-flat');
  });

  it('refuses a training part that is too short, in one sentence', () => {
    const refused = fitRegimes(prices(1, 500), 30, { windowBars: 20 });
    expect(refused.ok ? null : refused.fault.code).toBe('InvalidSplits');
    expect(refused.ok ? '' : refused.fault.message).toMatch(/^Regimes are measured over 20 bars/);
  });
});
