import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { studentTUpperTail } from '../../../domain/core/student-t';

/** Written by tests/oracles/promotion.py. */
const { tails } = JSON.parse(readFileSync(join(__dirname, '../../fixtures/promotion.json'), 'utf8')) as {
  readonly tails: readonly { readonly t: number; readonly degrees: number; readonly upperTail: number }[];
};

describe('the upper tail of Student’s t', () => {
  it.each(tails)('of $t with $degrees degrees of freedom is SciPy’s', ({ t, degrees, upperTail }) => {
    expect(Math.abs(studentTUpperTail(t, degrees) - upperTail)).toBeLessThan(1e-10);
  });

  it('is the mirror image on the other side, and never rises', () => {
    const degrees = fc.double({ min: 0.5, max: 1e4, noNaN: true });
    const t = fc.double({ min: -60, max: 60, noNaN: true });
    fc.assert(
      fc.property(t, t, degrees, (a, b, nu) => {
        expect(studentTUpperTail(a, nu) + studentTUpperTail(-a, nu)).toBeCloseTo(1, 12);
        expect(studentTUpperTail(Math.max(a, b), nu)).toBeLessThanOrEqual(
          studentTUpperTail(Math.min(a, b), nu) + 1e-12,
        );
      }),
    );
  });

  it('says NaN where nothing is defined, and 0 or 1 at infinity', () => {
    expect([studentTUpperTail(NaN, 3), studentTUpperTail(1, 0), studentTUpperTail(1, NaN)]).toEqual([NaN, NaN, NaN]);
    expect([studentTUpperTail(Infinity, 3), studentTUpperTail(-Infinity, 3)]).toEqual([0, 1]);
  });
});
