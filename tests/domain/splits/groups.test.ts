import fc from 'fast-check';
import { FOLD_PARTS, type Fold } from '../../../domain/core/folds';
import { expandRanges } from '../../../domain/core/rows';
import { pathsOfRows } from '../../../domain/splits/backtest-paths';
import { binomial, combinations } from '../../../domain/splits/combinations';
import { firstTrainingPart } from '../../../domain/splits/first-training-part';
import { furthestTrained } from '../../../domain/splits/furthest-trained';
import { planBoundaries } from '../../../domain/splits/plan-boundaries';
import { labelEndMs, type LabelIntervals } from '../../../domain/splits/purge';
import type { SplitSettings } from '../../../domain/splits/settings';
import { foldsOf, split } from './support-folds';
import { dailyTimes, fixedT1, intervalOf, meet, seriesArbitrary, SETTINGS } from './support';

const CPCV: SplitSettings = {
  ...SETTINGS,
  scheme: 'cpcv',
  groups: { count: 3, testGroups: 2, prologueShare: 0.25, stratifyByRegime: false },
};

describe('the groups of a small series', () => {
  const planned = (settings: SplitSettings) => {
    const found = planBoundaries(dailyTimes(16), settings);
    if (!found.ok) throw new Error(found.fault.message);
    return found.value;
  };

  it('come out as the documented example: three groups, two of them tested', () => {
    expect(planned(CPCV)).toEqual([
      {
        id: 'f0',
        parts: { train: [[0, 4]], stopping: [[12, 14]], choosing: [[14, 16]], test: [[4, 8], [8, 12]] },
        testGroups: [0, 1],
      },
      {
        id: 'f1',
        parts: { train: [[0, 4]], stopping: [[8, 10]], choosing: [[10, 12]], test: [[4, 8], [12, 16]] },
        testGroups: [0, 2],
      },
      {
        id: 'f2',
        parts: { train: [[0, 4]], stopping: [[4, 6]], choosing: [[6, 8]], test: [[8, 12], [12, 16]] },
        testGroups: [1, 2],
      },
    ]); // prettier-ignore
  });

  it('are tested one by one in purged k-fold, which trains on all that is neither tested nor validated on', () => {
    const folds = planned({ ...CPCV, scheme: 'purgedKFold' });
    expect(folds.map(({ parts }) => [parts.train, parts.stopping, parts.test])).toEqual([
      [[[0, 4], [12, 16]], [[8, 10]], [[4, 8]]],
      [[[0, 4], [4, 8]], [[12, 14]], [[8, 12]]],
      [[[0, 4], [8, 12]], [[4, 6]], [[12, 16]]],
    ]); // prettier-ignore
  });

  it('give the first training part that whatever is fitted once is fitted on: the prologue, less purgeBars', () => {
    const time = dailyTimes(100);
    expect(firstTrainingPart(time, CPCV, 2)).toEqual({ ok: true, value: [0, 25 - 6] });
    expect(firstTrainingPart(time, { ...CPCV, scheme: 'holdout' }, 2)).toEqual({ ok: true, value: [0, 60 - 6] });
    expect(firstTrainingPart(time, { ...CPCV, scheme: 'walkForward' }, 2)).toEqual({ ok: true, value: [0, 4] });
    expect(firstTrainingPart(time, { ...CPCV, scheme: 'walkForward' }, 4)).toMatchObject({
      ok: false,
      fault: { code: 'InvalidSplits', message: expect.stringContaining('has 10 rows') as string },
    });
  });

  it('count combinations', () => {
    expect(combinations(3, 2)).toEqual([[0, 1], [0, 2], [1, 2]]); // prettier-ignore
    for (const [n, k, ways] of [[10, 2, 45], [6, 2, 15], [5, 5, 1], [5, 6, 0], [60, 30, Infinity]] as const) expect(binomial(n, k)).toBe(ways); // prettier-ignore
    expect(combinations(8, 3)).toHaveLength(binomial(8, 3));
  });

  it('bundle the fold that trains furthest, the last of equals', () => {
    const folds = [{ id: 'a', train: [[0, 9]] }, { id: 'b', train: [[0, 3], [5, 9]] }, { id: 'c', train: [[0, 8]] }] as const; // prettier-ignore
    expect(furthestTrained(folds)?.id).toBe('b');
    expect(furthestTrained<(typeof folds)[number]>([])).toBeUndefined();
  });
});

const groupSettings: fc.Arbitrary<SplitSettings> = fc
  .record({
    scheme: fc.constantFrom<SplitSettings['scheme']>('purgedKFold', 'cpcv'),
    count: fc.integer({ min: 2, max: 5 }),
    tested: fc.nat(),
    prologueShare: fc.constantFrom(0.1, 0.2, 0.35),
    purgeBars: fc.constantFrom(null, 4),
    embargoDays: fc.constantFrom(0, 0.5, 1, 2),
  })
  .map(({ scheme, count, tested, prologueShare, purgeBars, embargoDays }) => ({
    ...SETTINGS,
    scheme,
    groups: { count, testGroups: 1 + (tested % (count - 1)), prologueShare, stratifyByRegime: false },
    purgeBars,
    embargoDays,
  }));

type Split = (labels: LabelIntervals, settings: SplitSettings) => readonly Fold[] | null;

const honest: Split = (labels, settings) => {
  const folds = split(labels, settings);
  return folds.ok ? folds.value : null;
};

const ROWS = 260;

/** What must hold of the folds of any series; `ofFolds` sees each result that was not refused. */
function noPartMeetsItsJudges(splitting: Split, ofFolds: (folds: readonly Fold[]) => void = () => undefined) {
  return fc.property(seriesArbitrary(ROWS, ROWS + 40, 4, 'few pauses'), groupSettings, (labels, settings) => {
    const folds = splitting(labels, settings);
    if (folds === null) return;
    ofFolds(folds);
    const rules = { purgeBars: settings.purgeBars ?? 3 * labels.longestLabelBars, embargoDays: settings.embargoDays };
    for (const fold of folds) {
      for (const [i, part] of FOLD_PARTS.entries()) {
        const judges = FOLD_PARTS.slice(i + 1).flatMap((name) => [...expandRanges(fold[name])]);
        // Judges that were purged themselves have lost rows at their ends, so the embargo is asked for behind test rows only.
        const held = part === 'test' ? new Set<number>() : embargoed(fold.test, labels, rules.embargoDays);
        const intervals = judges.map((row) => intervalOf(labels, row));
        for (const row of expandRanges(fold[part])) {
          const own = intervalOf(labels, row);
          if (intervals.some((other) => meet(own, other))) throw new Error(`row ${row} of ${part} meets a judge`);
          if (held.has(row)) throw new Error(`row ${row} of ${part} stands in an embargo`);
          if (part !== 'test' && fold.test.some(([from]) => row < from && from - row <= rules.purgeBars))
            throw new Error(`row ${row} of ${part} stands in the bars before a test`);
        }
      }
    }
  });
}

/** Rows that close on the date a test label ends, or on one of the next dates with bars, by the words of the definition. */
function embargoed(test: Fold['test'], labels: LabelIntervals, embargoDays: number): ReadonlySet<number> {
  const dayOf = (instant: number): number => Math.floor(instant / 86_400_000);
  const dates = [...new Set([...labels.time].map(dayOf))];
  const held = new Set<number>();
  if (embargoDays === 0) return held;
  const ranks = [...labels.time].map((instant) => dates.indexOf(dayOf(instant)));
  for (const row of expandRanges(test)) {
    const [, endMs] = intervalOf(labels, row);
    const passed = endMs === Infinity ? Infinity : dates.filter((date) => date <= dayOf(endMs)).length - 1;
    for (let other = row + 1; other < ranks.length; other += 1) {
      if (ranks[other]! <= passed + Math.ceil(embargoDays)) held.add(other);
    }
  }
  return held;
}

describe('purged k-fold and CPCV of any series', () => {
  it('let no label interval of a part meet one that judges it, in front, behind or within the embargo', () => {
    let folds = 0;
    fc.assert(
      noPartMeetsItsJudges(honest, (found) => (folds += found.length)),
      { numRuns: 60 },
    );
    expect(folds).toBeGreaterThan(60);
  });

  it('test every row behind the prologue in C(N-1, k-1) folds, and make paths that hold each once', () => {
    fc.assert(
      fc.property(seriesArbitrary(ROWS, ROWS + 40, 4, 'few pauses'), groupSettings, (labels, settings) => {
        const folds = honest(labels, settings);
        if (folds === null) return;
        const { count, testGroups, prologueShare } = settings.groups;
        const k = settings.scheme === 'purgedKFold' ? 1 : testGroups;
        const rows = labels.time.length;
        const prologue = Math.round(rows * prologueShare);
        const times = new Int32Array(rows);
        for (const fold of folds) for (const row of expandRanges(fold.test)) times[row]! += 1;
        expect(folds).toHaveLength(binomial(count, k));
        expect([...times]).toEqual([...times].map((_, row) => (row < prologue ? 0 : binomial(count - 1, k - 1))));

        const tested = folds.map(({ test }) => expandRanges(test));
        const held = new Map<number, number[]>();
        for (const [f, paths] of pathsOfRows(tested).entries()) {
          for (const [i, path] of paths.entries()) held.set(path, [...(held.get(path) ?? []), tested[f]![i]!]);
        }
        expect(held.size).toBe(binomial(count - 1, k - 1));
        for (const path of held.values()) {
          expect(path.sort((a, b) => a - b)).toEqual(Array.from({ length: rows - prologue }, (_, i) => prologue + i));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('give each path a group from one fold only, the j-th that tests it', () => {
    const time = dailyTimes(240);
    const labels = { time, t1: fixedT1(time, 1), longestLabelBars: 1 };
    const groups = { count: 5, testGroups: 3, prologueShare: 0.2, stratifyByRegime: false };
    const folds = foldsOf(labels, { ...CPCV, groups });
    const paths = pathsOfRows(folds.map(({ test }) => expandRanges(test)));
    const earlier = new Map<number, number>();
    for (const [f, fold] of folds.entries()) {
      let at = 0;
      for (const [i, [from, to]] of fold.test.entries()) {
        const group = fold.testGroups![i]!;
        const path = earlier.get(group) ?? 0;
        expect(new Set(paths[f]!.subarray(at, at + to - from))).toEqual(new Set([path]));
        earlier.set(group, path + 1);
        at += to - from;
      }
    }
  });

  it('keep the prologue in every training part, up to what is purged before the first judge', () => {
    const time = dailyTimes(240);
    const labels = { time, t1: fixedT1(time, 1), longestLabelBars: 1 };
    for (const fold of foldsOf(labels, CPCV)) expect(fold.train[0]).toEqual([0, 60 - 3]);
  });
});

describe('known faults of other libraries, in whole folds', () => {
  const isCaught = (mutant: Split) => fc.check(noPartMeetsItsJudges(mutant), { numRuns: 60 }).failed;

  it('a training label that ends inside the front edge of a test block is kept', () => {
    const frontEdge: Split = (labels, settings) =>
      honest(labels, settings)?.map((fold) => {
        const [from = 0] = fold.test[0] ?? [];
        const edge = from - 1;
        const endsInside = edge >= 0 && labelEndMs(labels, edge) >= labels.time[from]!;
        return endsInside ? { ...fold, train: [...fold.train, [edge, edge + 1] as const] } : fold;
      }) ?? null;
    expect(isCaught(frontEdge)).toBe(true);
  });

  it('an embargo silently set to zero', () => {
    expect(isCaught((labels, settings) => honest(labels, { ...settings, embargoDays: 0 }))).toBe(true);
  });
});

describe('rolling walk-forward', () => {
  const ROLLING: SplitSettings = {
    ...SETTINGS,
    scheme: 'walkForward',
    walkForward: { ...SETTINGS.walkForward, window: 'rolling' },
  };

  it('moves a training window of one length on', () => {
    const planned = planBoundaries(dailyTimes(28), ROLLING);
    expect(planned.ok && planned.value.map(({ parts }) => [parts.train, parts.test])).toEqual([
      [[[0, 10]], [[16, 20]]],
      [[[4, 14]], [[20, 24]]],
      [[[8, 18]], [[24, 28]]],
    ]);
  });

  it('keeps every fold that ended before the cut when the future is cut off', () => {
    const time = dailyTimes(200);
    const whole = planBoundaries(time, ROLLING);
    for (let cut = 40; cut < 200; cut += 7) {
      const before = planBoundaries(time.slice(0, cut), ROLLING);
      if (!whole.ok || !before.ok) throw new Error('refused');
      const ended = whole.value.filter(({ parts }) => parts.test[0]![1] <= cut);
      expect(ended.length).toBeGreaterThan(0);
      expect(before.value.slice(0, ended.length)).toEqual(ended);
    }
  });
});

describe('impossible groups', () => {
  const refusal = (rows: number, settings: SplitSettings): string => {
    const time = dailyTimes(rows);
    const folds = split({ time, t1: fixedT1(time, 1), longestLabelBars: 1 }, settings);
    expect(folds).toMatchObject({ ok: false, fault: { code: 'InvalidSplits' } });
    return folds.ok ? '' : folds.fault.message;
  };
  const withGroups = (groups: Partial<SplitSettings['groups']>) => ({ ...CPCV, groups: { ...CPCV.groups, ...groups } });

  it('more test groups than groups', () => {
    expect(refusal(200, withGroups({ count: 4, testGroups: 6 }))).toMatch(/6 of 4 groups .* give at most 3/);
    expect(refusal(200, withGroups({ count: 4, testGroups: 4 }))).toMatch(/needs one more to validate on/);
    expect(refusal(200, { ...withGroups({ count: 1 }), scheme: 'purgedKFold' })).toMatch(/1 of 1 groups/);
  });

  it('more folds than a run can hold, before they are counted out', () => {
    expect(refusal(200, withGroups({ count: 40, testGroups: 20 }))).toMatch(/make \d+ folds, .* at most 2000/);
    expect(refusal(200, withGroups({ count: 400, testGroups: 200 }))).toMatch(/far too many folds/);
  });

  it('groups without rows, and numbers that are none', () => {
    expect(refusal(60, withGroups({ count: 60, testGroups: 1 }))).toMatch(/Group 0 of 60 has 1 rows .* needs 2, twice minPartRows 1/); // prettier-ignore
    expect(refusal(60, withGroups({ count: 100, testGroups: 1 }))).toMatch(/Group 0 of 100 has 0 rows/);
    expect(refusal(60, withGroups({ prologueShare: 1.2 }))).toMatch(/prologueShare must lie between 0 and 1, was 1\.2/);
    expect(refusal(60, withGroups({ count: 2.5 }))).toMatch(/whole numbers, were 2\.5 and 2/);
  });

  it('parts that purging empties', () => {
    expect(refusal(60, withGroups({ count: 10, testGroups: 2 }))).toMatch(/keeps 0 of \d+ rows .* embargoDays 1/);
  });
});
