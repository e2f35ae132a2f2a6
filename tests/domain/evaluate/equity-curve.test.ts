import fc from 'fast-check';
import { equityCurve, MAX_EQUITY_POINTS, maxDrawdown } from '../../../domain/evaluate/equity-curve';

const equities = fc.array(fc.double({ min: 0.01, max: 5, noNaN: true }), { maxLength: 60 });
const longCurve = fc
  .array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), { minLength: 480, maxLength: 2500 })
  .map((steps) => {
    let capital = 1;
    return Float64Array.from(steps, (step) => (capital *= 1 + step));
  });

describe('maxDrawdown', () => {
  it('is the worst of all pairs of an earlier and a later capital', () => {
    fc.assert(
      fc.property(equities, (values) => {
        const curve = [1, ...values];
        const losses = curve.flatMap((later, j) => curve.slice(0, j + 1).map((earlier) => 1 - later / earlier));
        expect(maxDrawdown(Float64Array.from(values))).toBeCloseTo(Math.max(...losses), 14);
      }),
    );
  });

  it('counts a loss from the capital at the start', () => {
    expect(maxDrawdown(Float64Array.from([0.9, 0.95]))).toBeCloseTo(0.1, 15);
    expect(maxDrawdown(new Float64Array())).toBe(0);
  });
});

describe('equityCurve', () => {
  it('is complete when short', () => {
    expect(equityCurve(10, Float64Array.from([11, 12]), Float64Array.from([1.25, 1]))).toEqual([
      { time: 10, equity: 1, drawdown: 0 },
      { time: 11, equity: 1.25, drawdown: 0 },
      { time: 12, equity: 1, drawdown: 1 - 1 / 1.25 },
    ]);
  });

  it('keeps at most 500 points, the ends, the deepest drawdown and the highest capital, in time order', () => {
    fc.assert(
      fc.property(longCurve, (equity) => {
        const time = Float64Array.from(equity, (_, i) => i + 1);
        const curve = equityCurve(0, time, equity);
        expect(curve.length).toBeLessThanOrEqual(MAX_EQUITY_POINTS);
        expect(curve.length).toBeGreaterThan(Math.min(equity.length, MAX_EQUITY_POINTS / 2) - 2);
        expect(curve[0]).toEqual({ time: 0, equity: 1, drawdown: 0 });
        expect(curve.at(-1)?.equity).toBe(equity.at(-1));
        expect(Math.max(...curve.map((point) => point.drawdown))).toBe(maxDrawdown(equity));
        expect(Math.max(...curve.map((point) => point.equity))).toBe(Math.max(1, ...equity));
        expect(curve.every((point, i) => i === 0 || point.time > (curve[i - 1]?.time ?? NaN))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
