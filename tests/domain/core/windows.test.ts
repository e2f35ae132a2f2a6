import * as fc from 'fast-check';
import type { RowRange } from '../../../domain/core/rows';
import { windowSeries } from '../../../domain/core/window-runs';
import { gatherWindows, intersectRanges, longestRun, windowEnds } from '../../../domain/core/windows';

const HOUR = 3_600_000;
const RULES = { timeframeMs: HOUR, gapBars: 2, maxClosureDays: 0 };

/** Rows with two features (the row's number, and one that may be missing) and pauses in bars before each. */
function seriesOf(pauses: readonly number[], missing: readonly boolean[]) {
  let now = 0;
  const time = Float64Array.from(pauses, (bars) => (now += bars * HOUR));
  const data = Float64Array.from({ length: 2 * pauses.length }, (_, i) =>
    i % 2 === 0 ? i / 2 : missing[i >> 1] ? NaN : 1,
  );
  return { time, series: windowSeries({ data, rows: pauses.length, columns: 2 }, time, RULES) };
}

describe('windows of a part', () => {
  it('never cross a gap, a missing feature or a border, and none that may be is left out', () => {
    const row = fc.record({
      pause: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constantFrom(2, 2.5, 9) }),
      edge: fc.integer({ min: 0, max: 9 }),
    });
    const rows = fc.array(row, { minLength: 5, maxLength: 120 });
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.nat(119), { maxLength: 4 }),
        (all, lookback, gone) => {
          const missing = all.map((_, i) => gone.includes(i));
          const { time, series } = seriesOf(
            all.map(({ pause }) => pause),
            missing,
          );
          const ranges = rangesOf(all.map(({ edge }) => edge));
          const ends = new Set(windowEnds(series, ranges, lookback));
          for (let end = 0; end < all.length; end += 1) {
            const window = Array.from({ length: lookback }, (_, i) => end - lookback + 1 + i);
            const whole =
              ranges.some(([from, to]) => window.every((t) => t >= from && t < to)) &&
              window.every((t) => !missing[t]) &&
              window.slice(1).every((t) => time[t]! - time[t - 1]! <= RULES.gapBars * HOUR);
            expect(ends.has(end)).toBe(whole);
          }
          expect(ends.size > 0).toBe(longestRun(series, ranges) >= lookback);
        },
      ),
    );
  });

  it('are gathered one after the other, with zeros behind the last', () => {
    const { series } = seriesOf([1, 1, 1, 1, 1], []);
    const out = new Float32Array(3 * 2 * 2).fill(7);
    gatherWindows(series, Int32Array.of(4, 1), 2, out);
    expect([...out]).toEqual([3, 1, 4, 1, 0, 1, 1, 1, 0, 0, 0, 0]);
  });
});

describe('what lists of ranges share', () => {
  it('is every row that lies in all of them', () => {
    const list = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 }).map(rangesOf);
    fc.assert(
      fc.property(list, list, (a, b) => {
        const inside = (ranges: readonly RowRange[], row: number): boolean =>
          ranges.some(([from, to]) => row >= from && row < to);
        const shared = intersectRanges([a, b]);
        for (let row = 0; row < 60; row += 1) expect(inside(shared, row)).toBe(inside(a, row) && inside(b, row));
      }),
    );
  });
});

/** Ranges of a part: rows with number 0 belong to no range, and after number 1 another begins. */
function rangesOf(edges: readonly number[]): RowRange[] {
  const ranges: [number, number][] = [];
  let open = false;
  for (const [row, edge] of edges.entries()) {
    const last = ranges.at(-1);
    if (edge === 0) open = false;
    else if (open && last !== undefined) last[1] = row + 1;
    else ranges.push([row, row + 1]);
    open = edge > 1;
  }
  return ranges;
}
