import fc from 'fast-check';
import { randomFromSeed } from '../../../domain/core/random';
import { backtestOverfitting } from '../../../domain/statistics/pbo';
import { oracle } from './oracle';

function noise(seed: number, trials: number, rows: number): readonly Float64Array[] {
  const random = randomFromSeed(seed);
  return Array.from({ length: trials }, () => Float64Array.from({ length: rows }, () => 0.01 * random.normal()));
}

describe('PBO by CSCV', () => {
  it('agrees with a plain implementation in NumPy, which cuts and joins the rows', () => {
    for (const each of oracle.pbo) {
      const found = backtestOverfitting(
        each.returns.map((series) => Float64Array.from(series)),
        each.blocks,
      );
      expect(found?.pbo).toBeCloseTo(each.pbo, 12);
      expect(found?.lossProbability).toBeCloseTo(each.lossProbability, 12);
      const sorted = Float64Array.from(found?.logits ?? []).sort();
      expect(sorted).toHaveLength(each.logits.length);
      for (const [i, logit] of each.logits.entries()) expect(sorted[i]).toBeCloseTo(logit, 9);
    }
  });

  it('is 0 where one trial is better than the others throughout, and its mean logit is the best there is', () => {
    const series = noise(5, 9, 320).map((values, trial) =>
      trial === 4 ? values.map((value) => value + 0.02) : values,
    );
    const found = backtestOverfitting(series);
    expect(found).toMatchObject({ pbo: 0, lossProbability: 0, blocks: 16, trials: 9, observations: 320 });
    expect(found?.logits).toHaveLength(12_870);
    for (const logit of found?.logits ?? []) expect(logit).toBeCloseTo(Math.log(9), 12);
  });

  it('is ½ where all trials are the same one', () => {
    const [series] = noise(3, 1, 64);
    expect(
      backtestOverfitting(
        [series, series, series].map((values) => values ?? new Float64Array()),
        4,
      )?.pbo,
    ).toBe(0.5);
    expect(backtestOverfitting([new Float64Array(64), new Float64Array(64)], 4)?.pbo).toBe(0.5);
  });

  it('asks neither for a unit nor for the order of the trials', () => {
    const scale = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 2, max: 12 }), scale, (seed, trials, factor) => {
        const series = noise(seed, trials, 60);
        const found = backtestOverfitting(series, 6);
        const other = backtestOverfitting(
          [...series].reverse().map((values) => values.map((value) => value * factor)),
          6,
        );
        expect(other?.pbo).toBeCloseTo(found?.pbo ?? NaN, 9);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves the oldest rows out where the blocks do not divide them', () => {
    const series = noise(8, 5, 83);
    const cut = series.map((values) => values.subarray(3));
    expect(backtestOverfitting(series, 8)).toEqual(backtestOverfitting(cut, 8));
  });

  it('says nothing of one trial, too few rows, a hole, or an odd number of blocks', () => {
    expect(backtestOverfitting(noise(1, 1, 100))).toBeNull();
    expect(backtestOverfitting(noise(1, 3, 31))).toBeNull();
    expect(backtestOverfitting(noise(1, 3, 100), 5)).toBeNull();
    expect(backtestOverfitting(noise(1, 3, 100), 22)).toBeNull();
    expect(backtestOverfitting([...noise(1, 2, 100), new Float64Array(100).fill(NaN)])).toBeNull();
    expect(backtestOverfitting([...noise(1, 2, 100), new Float64Array(99)])).toBeNull();
  });
});
