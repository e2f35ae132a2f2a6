import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { randomFromSeed } from '../../../domain/core/random';
import type { PairedTest } from '../../../domain/promotion/paired-test';
import { pairedTest } from '../../../domain/promotion/paired-test';

/** Written by tests/oracles/promotion.py with statsmodels and SciPy. */
const { tests } = JSON.parse(readFileSync(join(__dirname, '../../fixtures/promotion.json'), 'utf8')) as {
  readonly tests: readonly (PairedTest & {
    readonly spanBars: number;
    readonly champion: number[];
    readonly challenger: number[];
  })[];
};

const losses = (rows: number) =>
  fc.array(fc.double({ min: 0, max: 36, noNaN: true }), { minLength: rows, maxLength: rows });
const pair = fc
  .integer({ min: 2, max: 80 })
  .chain((rows) => fc.record({ a: losses(rows), b: losses(rows), span: fc.integer({ min: 1, max: rows - 1 }) }));

describe('the paired test', () => {
  it.each(tests)('agrees with statsmodels on $champion.length rows, labels of $spanBars bars', (expected) => {
    const found = pairedTest(
      Float64Array.from(expected.champion),
      Float64Array.from(expected.challenger),
      expected.spanBars,
    );
    expect(found.lags).toBe(expected.lags);
    for (const name of ['meanDifference', 'standardError', 'statistic', 'pWorse'] as const)
      expect(found[name]).toBeCloseTo(expected[name], 9);
  });

  it('says p between 0 and 1, and the two sides make one', () => {
    fc.assert(
      fc.property(pair, ({ a, b, span }) => {
        const there = pairedTest(Float64Array.from(a), Float64Array.from(b), span);
        const back = pairedTest(Float64Array.from(b), Float64Array.from(a), span);
        expect(there.pWorse).toBeGreaterThanOrEqual(0);
        expect(there.pWorse).toBeLessThanOrEqual(1);
        if (there.standardError > 0) expect(there.pWorse + back.pWorse).toBeCloseTo(1, 9);
      }),
    );
  });

  it('holds nothing against a challenger that loses the same everywhere, NaN against one that is undefined', () => {
    fc.assert(
      fc.property(pair, ({ a, span }) => {
        expect(pairedTest(Float64Array.from(a), Float64Array.from(a), span).pWorse).toBe(1);
        const broken = Float64Array.from(a, (loss, i) => (i === 0 ? NaN : loss));
        expect(pairedTest(Float64Array.from(a), broken, span).pWorse).toBeNaN();
      }),
    );
  });

  it('is sure where the difference is the same on every row', () => {
    const flat = new Float64Array(50).fill(1);
    expect(pairedTest(flat, new Float64Array(50).fill(1.25), 4)).toMatchObject({ pWorse: 0, statistic: Infinity });
    expect(pairedTest(flat, new Float64Array(50).fill(0.75), 4)).toMatchObject({ pWorse: 1, statistic: -Infinity });
  });

  it.each([0, 1, 4, 8])('is not defined on %i rows of labels over 8 bars', (rows) => {
    const flat = Float64Array.from({ length: rows }, (_, i) => i);
    expect(pairedTest(flat, flat, 8).pWorse).toBeNaN();
  });

  it('refuses equally good models about as often as it says, also where labels overlap', () => {
    const random = randomFromSeed(5);
    const refusals = (span: number, rows: number, trials: number): number => {
      let refused = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        const noise = Float64Array.from({ length: rows + span }, () => random.normal());
        const shared = Float64Array.from({ length: rows }, (_, i) =>
          noise.subarray(i, i + span).reduce((sum, x) => sum + x, 0),
        );
        if (pairedTest(new Float64Array(rows), shared, span).pWorse <= 0.05) refused += 1;
      }
      return refused / trials;
    };
    expect(refusals(1, 200, 1000)).toBeGreaterThan(0.03);
    expect(refusals(1, 200, 1000)).toBeLessThan(0.08);
    // Without the lags it would be 0.33 here.
    expect(refusals(12, 300, 500)).toBeLessThan(0.12);
  });
});
