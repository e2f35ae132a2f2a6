import fc from 'fast-check';
import { expandRanges, type RowRange } from '../../../domain/core/rows';
import { embargoEndRow, firstRowAtOrAfter } from '../../../domain/splits/instants';
import { labelEndMs, purgeAndEmbargo, type LabelIntervals, type PurgeRules } from '../../../domain/splits/purge';
import { DAY_MS, dailyTimes, fixedT1, HOUR_MS, MONDAY_MS, reasonAgainst, seriesArbitrary } from './support';

type Purge = (
  candidates: readonly RowRange[],
  evaluated: readonly RowRange[],
  labels: LabelIntervals,
  rules: PurgeRules,
) => { readonly kept: readonly RowRange[] };

const RULES: PurgeRules = { purgeBars: 2, embargoDays: 1 };
const twelveDays: LabelIntervals = { time: dailyTimes(12), t1: fixedT1(dailyTimes(12), 2), longestLabelBars: 2 };

describe('the twelve-row example of purgeAndEmbargo', () => {
  const all: RowRange[] = [[0, 4], [6, 12]]; // prettier-ignore

  it('comes out as documented', () => {
    expect(purgeAndEmbargo(all, [[4, 6]], twelveDays, RULES)).toEqual({
      kept: [[0, 2], [9, 10]], // prettier-ignore
      purged: 4,
      embargoed: 1,
      unlabelled: 2,
    });
  });

  it('widens before the block with purgeBars', () => {
    expect(purgeAndEmbargo(all, [[4, 6]], twelveDays, { ...RULES, purgeBars: 3 }).kept).toEqual([[0, 1], [9, 10]]); // prettier-ignore
  });

  it('widens after the block with the embargo, and without one keeps the row behind the last label', () => {
    expect(purgeAndEmbargo(all, [[4, 6]], twelveDays, { ...RULES, embargoDays: 0 }).kept).toEqual([[0, 2], [8, 10]]); // prettier-ignore
    expect(purgeAndEmbargo(all, [[4, 6]], twelveDays, { ...RULES, embargoDays: 2 }).kept).toEqual([[0, 2]]);
  });

  it('takes the candidates in any order and drops those that are themselves evaluated', () => {
    const overlapping: RowRange[] = [[6, 12], [0, 6]]; // prettier-ignore
    expect(purgeAndEmbargo(overlapping, [[4, 6]], twelveDays, RULES)).toMatchObject({ kept: [[0, 2], [9, 10]], purged: 6 }); // prettier-ignore
  });

  it('keeps everything that has a label when nothing is evaluated', () => {
    expect(purgeAndEmbargo([[0, 12]], [], twelveDays, RULES)).toEqual({
      kept: [[0, 10]],
      purged: 0,
      embargoed: 0,
      unlabelled: 2,
    });
  });

  it('lets an undecided label reach as far as any label may', () => {
    const t1 = twelveDays.t1.slice();
    t1[1] = NaN; // would end at row 3 at the latest: far from row 5
    t1[2] = NaN; // could end at row 4, one short of it
    const labels = { ...twelveDays, t1, longestLabelBars: 2 };
    expect(purgeAndEmbargo([[0, 4]], [[4, 5]], labels, { purgeBars: 1, embargoDays: 0 })).toEqual({
      kept: [[0, 1]],
      purged: 2,
      embargoed: 0,
      unlabelled: 1,
    });
    expect(labelEndMs(labels, 11)).toBe(Infinity);
  });

  it('reaches on through a block’s longest label even if a later block’s labels are short', () => {
    const time = dailyTimes(12);
    const t1 = fixedT1(time, 1);
    t1[1] = time[8]!;
    const labels = { time, t1, longestLabelBars: 7 };
    const { kept } = purgeAndEmbargo([[0, 1], [2, 4], [5, 12]], [[1, 2], [4, 5]], labels, { purgeBars: 0, embargoDays: 0 }); // prettier-ignore
    expect(kept).toEqual([[9, 11]]);
  });
});

describe('the embargo in trading days', () => {
  /** Hourly closes 10:00 … 15:00 on Monday to Friday and the Monday after. */
  const dates = [0, 1, 2, 3, 4, 7];
  const time = Float64Array.from(
    dates.flatMap((day) => [10, 11, 12, 13, 14, 15].map((h) => MONDAY_MS + day * DAY_MS + h * HOUR_MS)),
  );

  it('covers the rest of the day and then whole trading days', () => {
    expect(embargoEndRow(time, time[8]!, 1)).toBe(18);
    expect(embargoEndRow(time, time[8]!, 2)).toBe(24);
    expect(embargoEndRow(time, time[8]!, 0.5)).toBe(18);
  });

  it('is not used up by a weekend', () => {
    const friday = time[26]!;
    expect(embargoEndRow(time, friday, 1)).toBe(36);
    expect(embargoEndRow(time, time[20]!, 1)).toBe(30);
  });

  it('is nothing at all when it is zero', () => {
    expect(embargoEndRow(time, time[8]!, 0)).toBe(0);
  });

  it('holds everything back when the block never ends', () => {
    expect(embargoEndRow(time, Infinity, 1)).toBe(time.length);
  });

  it('finds rows by instant', () => {
    expect(firstRowAtOrAfter(time, -1)).toBe(0);
    expect(firstRowAtOrAfter(time, time[5]!)).toBe(5);
    expect(firstRowAtOrAfter(time, time[5]! + 1)).toBe(6);
    expect(firstRowAtOrAfter(time, Infinity)).toBe(36);
  });
});

/** Training on both sides of up to several test blocks, as in purged k-fold and CPCV. */
const twoSided = seriesArbitrary(2, 60).chain((labels) =>
  fc.record({
    labels: fc.constant(labels),
    rules: fc.record({ purgeBars: fc.integer({ min: 0, max: 8 }), embargoDays: fc.constantFrom(0, 0.5, 1, 2, 3) }),
    blocks: fc.array(fc.tuple(fc.nat({ max: labels.time.length }), fc.integer({ min: 1, max: 10 })), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);

function sidesOf(rows: number, blocks: readonly (readonly [number, number])[]) {
  const mask = new Uint8Array(rows);
  for (const [from, length] of blocks) mask.fill(1, from, from + length);
  return { evaluated: rangesFromMask(mask), candidates: rangesFromMask(mask.map((inside) => 1 - inside)) };
}

function keepsNothingForbidden(purge: Purge) {
  return fc.property(twoSided, ({ labels, rules, blocks }) => {
    const { evaluated, candidates } = sidesOf(labels.time.length, blocks);
    for (const row of expandRanges(purge(candidates, evaluated, labels, rules).kept)) {
      expect(reasonAgainst(row, evaluated, labels, rules)).toBeNull();
    }
  });
}

describe('purgeAndEmbargo on any series with training on both sides', () => {
  it('keeps no row whose interval meets an evaluated one, in the bars before a block, or in an embargo', () => {
    fc.assert(keepsNothingForbidden(purgeAndEmbargo), { numRuns: 500 });
  });

  it('takes out no row without one of those reasons, and counts them by reason', () => {
    fc.assert(
      fc.property(twoSided, ({ labels, rules, blocks }) => {
        const { evaluated, candidates } = sidesOf(labels.time.length, blocks);
        const result = purgeAndEmbargo(candidates, evaluated, labels, rules);
        const rows = [...expandRanges(candidates)];
        const reasons = rows.map((row) => reasonAgainst(row, evaluated, labels, rules));
        const count = (...wanted: string[]) =>
          reasons.filter((reason) => reason !== null && wanted.includes(reason)).length;
        expect([...expandRanges(result.kept)]).toEqual(rows.filter((_, i) => reasons[i] === null));
        expect(result.purged).toBe(count('interval', 'purgeBars'));
        expect(result.embargoed).toBe(count('embargo'));
        expect(result.unlabelled).toBe(count('unlabelled'));
      }),
      { numRuns: 500 },
    );
  });
});

describe('known faults of other libraries', () => {
  const isCaught = (mutant: Purge) => fc.check(keepsNothingForbidden(mutant), { numRuns: 500 }).failed;

  it('front edge: purging from the END of the first test label lets training labels end inside the test block', () => {
    const frontEdge: Purge = (candidates, evaluated, labels, rules) => ({
      kept: [...expandRanges(candidates)]
        .filter((row) => {
          if (Number.isNaN(labels.t1[row]!)) return false;
          return evaluated.every(([from, to]) => {
            const firstLabelEnd = labelEndMs(labels, from);
            return row < from
              ? labels.t1[row]! < firstLabelEnd
              : reasonAgainst(row, [[from, to]], labels, { ...rules, purgeBars: 0 }) === null;
          });
        })
        .map((row): RowRange => [row, row + 1]),
    });
    expect(isCaught(frontEdge)).toBe(true);

    // The case itself: ten daily labels of two days, test = rows 5–9, training row 4 ends inside the test block.
    const tenDays: LabelIntervals = { time: dailyTimes(13), t1: fixedT1(dailyTimes(13), 2), longestLabelBars: 2 };
    const rules = { purgeBars: 0, embargoDays: 0 };
    expect(frontEdge([[0, 5]], [[5, 10]], tenDays, rules).kept.at(-1)).toEqual([4, 5]);
    expect(purgeAndEmbargo([[0, 5]], [[5, 10]], tenDays, rules).kept).toEqual([[0, 3]]);
  });

  it('an embargo silently set to zero', () => {
    const noEmbargo: Purge = (candidates, evaluated, labels, rules) =>
      purgeAndEmbargo(candidates, evaluated, labels, { ...rules, embargoDays: 0 });
    expect(isCaught(noEmbargo)).toBe(true);
  });

  it('purgeBars silently set to zero', () => {
    const noPurgeBars: Purge = (candidates, evaluated, labels, rules) =>
      purgeAndEmbargo(candidates, evaluated, labels, { ...rules, purgeBars: 0 });
    expect(isCaught(noPurgeBars)).toBe(true);
  });

  it('no purge behind a test block', () => {
    const noBackEdge: Purge = (candidates, evaluated, labels, rules) => ({
      kept: [
        ...purgeAndEmbargo(candidates, evaluated, labels, rules).kept,
        ...evaluated.map(([, to]): RowRange => [to, Math.min(to + 1, labels.time.length)]),
      ],
    });
    expect(isCaught(noBackEdge)).toBe(true);
  });
});

function rangesFromMask(mask: Uint8Array): RowRange[] {
  const ranges: [number, number][] = [];
  let start = -1;
  for (let row = 0; row <= mask.length; row += 1) {
    const inside = row < mask.length && mask[row] === 1;
    if (inside && start < 0) start = row;
    if (!inside && start >= 0) {
      ranges.push([start, row]);
      start = -1;
    }
  }
  return ranges;
}
