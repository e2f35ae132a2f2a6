import * as fc from 'fast-check';
import { averageUniqueness } from '../../../../domain/labels/weights/concurrency';
import { createUniquenessTimeline } from '../../../../domain/labels/weights/uniqueness-timeline';

const DAY_MS = 86_400_000;

/** One bar a day from the second of January 1970 on; a label's end as a number of bars after its own, 0: it has no class. */
function labelsOf(lives: readonly number[], dayOf = (row: number): number => row + 1) {
  return {
    time: Float64Array.from(lives, (_, row) => dayOf(row) * DAY_MS + 5_000),
    t1Row: Int32Array.from(lives, (life, row) => (life === 0 ? row + 1 : row + life)),
    classIndex: Int8Array.from(lives, (life) => (life === 0 ? -1 : 1)),
  };
}

describe('uniqueness over time', () => {
  it('is that of the worked example, day by day: (1 + 1/2) / 2, 1/2, 1', () => {
    const timeline = createUniquenessTimeline(2);
    timeline.add(labelsOf([2, 1, 2, 0, 0]));
    expect(timeline.finish()).toEqual({
      ...{ mean: 0.75, fromMs: DAY_MS, days: 1, labels: [1, 1, 1] },
      means: [0.75, 0.5, 1],
    });
  });

  it('has a hole where no label is, at most sixty stretches, and none of it where there are no labels', () => {
    const timeline = createUniquenessTimeline(1);
    timeline.add(labelsOf([1, 1], (row) => row * 130));
    const found = timeline.finish();
    expect(found).toMatchObject({ days: 3, fromMs: 0 });
    expect(found?.means).toHaveLength(44);
    expect(found?.means.filter((mean) => mean !== null)).toEqual([1, 1]);
    expect(found?.means.at(-1)).toBe(1);
    const none = createUniquenessTimeline(1);
    none.add(labelsOf([0, 0]));
    expect(none.finish()).toBeNull();
  });

  it('is the mean of averageUniqueness, however the labels are cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 60 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 4 }),
        (longest, raw, cuts) => {
          const lives = raw.map((life, row) => Math.max(0, Math.min(life, longest, raw.length - 1 - row)));
          const { time, t1Row, classIndex } = labelsOf(lives);
          const timeline = createUniquenessTimeline(longest);
          const bounds = [0, ...cuts.map((cut) => Math.min(cut, lives.length)), lives.length].sort((a, b) => a - b);
          for (const [i, from] of bounds.entries()) {
            const to = bounds[i + 1] ?? lives.length;
            timeline.add({
              ...{ time: time.subarray(from, to), t1Row: t1Row.subarray(from, to) },
              classIndex: classIndex.subarray(from, to),
            });
          }
          const rows = Int32Array.from(lives.flatMap((life, row) => (life === 0 ? [] : [row])));
          const plain = averageUniqueness({ rows, ends: rows.map((row) => t1Row[row] ?? -1) });
          const found = timeline.finish();
          expect(found === null).toBe(rows.length === 0);
          if (found === null) return;
          expect(found.mean).toBeCloseTo(plain.reduce((sum, value) => sum + value, 0) / rows.length, 3);
          expect(found.labels.reduce((sum, count) => sum + count, 0)).toBe(rows.length);
          for (const [i, row] of rows.entries()) {
            expect(found.means[row - (rows[0] ?? 0)]).toBeCloseTo(plain[i] ?? NaN, 3);
          }
        },
      ),
    );
  });
});
