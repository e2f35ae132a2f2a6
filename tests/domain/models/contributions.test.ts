import fc from 'fast-check';
import type { Matrix } from '../../../domain/core/matrix';
import { evenlySpaced, mergeContributions, summariseContributions } from '../../../domain/models/contributions';

const matrix = (rows: readonly (readonly number[])[]): Matrix => ({
  data: Float64Array.from(rows.flat()),
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
});

describe('a sum of contributions', () => {
  // Of two features and a bias for down, timeout and up; the bias and the class timeout count for nothing.
  const summary = summariseContributions(
    matrix([[1, 5], [2, 5], [3, 5]]), // prettier-ignore
    matrix([
      [-0.1, 0.5, 9, 7, 7, 7, 0.3, 0, 8],
      [-0.2, 0.25, 9, 7, 7, 7, 0.2, 0, 8],
      [-0.3, -0.75, 9, 7, 7, 7, 0.4, 0, 8],
    ]),
    ['rising', 'constant'],
  );

  it('takes the mean size and the rank correlation of each feature, for down and for up', () => {
    const [rising] = summary.features;
    expect(summary.rows).toBe(3);
    expect(rising?.feature).toBe('rising');
    expect(rising?.down.size).toBeCloseTo(0.2, 12);
    expect(rising?.down.direction).toBeCloseTo(-1, 12);
    expect(rising?.up.size).toBeCloseTo(0.3, 12);
    expect(rising?.up.direction).toBeCloseTo(0.5, 12);
  });

  it('gives no direction to a feature that never changes', () => {
    expect(summary.features[1]).toMatchObject({
      down: { size: 0.5, direction: null },
      up: { size: 0, direction: null },
    });
  });

  it('of several folds weighs each by its rows, and puts the largest first', () => {
    const one = (feature: string, size: number, direction: number | null) => ({
      feature,
      down: { size, direction },
      up: { size: 0, direction: null },
    });
    const merged = mergeContributions([
      { rows: 100, features: [one('small', 0.1, 1), one('large', 0.4, null)] },
      { rows: 300, features: [one('small', 0.5, -1)] },
    ]);
    expect(merged.rows).toBe(400);
    expect(merged.features.map(({ feature }) => feature)).toEqual(['small', 'large']);
    expect(merged.features[0]?.down.size).toBeCloseTo(0.4, 12);
    expect(merged.features[0]?.down.direction).toBeCloseTo(-0.5, 12);
    // A feature that the second fold's model was not given contributed nothing there.
    expect(merged.features[1]?.down).toEqual({ size: 0.1, direction: null });
  });
});

describe('rows that stand for all', () => {
  it('are at most as many as asked for, ascending, and reach over all of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: 300 }), (count, limit) => {
        const taken = evenlySpaced(
          Int32Array.from({ length: count }, (_, i) => 2 * i),
          limit,
        );
        expect(taken).toHaveLength(Math.min(count, limit));
        const steps = [...taken].slice(1).map((row, i) => row - (taken[i] ?? 0));
        const even = (2 * count) / Math.max(1, taken.length);
        for (const step of steps) expect(Math.abs(step - even)).toBeLessThanOrEqual(2);
        if (count > 0) expect(Math.max(taken[0] ?? 0, 2 * (count - 1) - (taken.at(-1) ?? 0))).toBeLessThanOrEqual(even);
      }),
    );
  });
});
