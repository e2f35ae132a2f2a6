import fc from 'fast-check';
import { FOLD_PARTS } from '../../../domain/core/folds';
import { countRows, expandRanges } from '../../../domain/core/rows';
import { buildFolds } from '../../../domain/splits/build-folds';
import { planBoundaries } from '../../../domain/splits/plan-boundaries';
import type { LabelIntervals } from '../../../domain/splits/purge';
import { resolvePurgeBars, type SplitSettings } from '../../../domain/splits/settings';
import { foldsOf, split } from './support-folds';
import { dailyTimes, fixedT1, intervalOf, meet, seriesArbitrary, SETTINGS } from './support';

const WALK: SplitSettings = { ...SETTINGS, scheme: 'walkForward' };
const TWELVE: SplitSettings = { ...SETTINGS, holdout: { train: 1 / 2, validation: 1 / 3, test: 1 / 6 }, purgeBars: 1 };

describe('the folds of a small series', () => {
  it('come out as the documented twelve-row example', () => {
    const time = dailyTimes(12);
    expect(foldsOf({ time, t1: fixedT1(time, 1), longestLabelBars: 1 }, TWELVE)).toEqual([
      {
        id: 'f0',
        train: [[0, 5]],
        stopping: [[6, 7]],
        choosing: [[8, 9]],
        test: [[10, 12]],
        boundaries: {
          train: [time[0], time[5]],
          stopping: [time[6], time[7]],
          choosing: [time[8], time[9]],
          test: [time[10], time[11]],
        },
        purged: { train: 1, stopping: 1, choosing: 1, test: 0 },
      },
    ]);
  });

  it('leave out three times the longest label by default', () => {
    const time = dailyTimes(100);
    const [fold] = foldsOf({ time, t1: fixedT1(time, 2), longestLabelBars: 2 }, SETTINGS);
    expect(fold).toMatchObject({ train: [[0, 54]], stopping: [[60, 64]], choosing: [[70, 74]], test: [[80, 100]] });
    expect(fold?.purged).toEqual({ train: 6, stopping: 6, choosing: 6, test: 0 });
  });

  it('purge a label by where it really ended, however far before the bars left out it began', () => {
    const time = dailyTimes(100);
    const t1 = fixedT1(time, 1);
    t1[20] = time[60]!;
    t1[10] = time[59]!;
    const [fold] = foldsOf({ time, t1, longestLabelBars: 1 }, SETTINGS);
    expect(fold?.train).toEqual([[0, 20], [21, 57]]); // prettier-ignore
  });

  it('leave rows without a label out of every part but the test', () => {
    const time = dailyTimes(100);
    const t1 = fixedT1(time, 2);
    for (const row of [3, 61, 71, 81]) t1[row] = NaN;
    const [fold] = foldsOf({ time, t1, longestLabelBars: 2 }, SETTINGS);
    expect(fold?.train).toEqual([[0, 3], [4, 54]]); // prettier-ignore
    expect(fold?.stopping).toEqual([[60, 61], [62, 64]]); // prettier-ignore
    expect(fold?.choosing).toEqual([[70, 71], [72, 74]]); // prettier-ignore
    expect(fold?.test).toEqual([[80, 100]]);
    expect(fold?.purged.train).toBe(6);
  });

  it('let each part of a walk-forward be purged by its own fold', () => {
    const time = dailyTimes(60);
    const settings: SplitSettings = {
      ...WALK,
      purgeBars: 1,
      walkForward: { window: 'anchored', firstTrainDays: 20, validationDays: 10, testDays: 10 },
    };
    const folds = foldsOf({ time, t1: fixedT1(time, 1), longestLabelBars: 1 }, settings);
    expect(folds.map(({ train, stopping, choosing, test }) => [train, stopping, choosing, test])).toEqual([
      [[[0, 19]], [[20, 24]], [[25, 29]], [[30, 40]]],
      [[[0, 29]], [[30, 34]], [[35, 39]], [[40, 50]]],
      [[[0, 39]], [[40, 44]], [[45, 49]], [[50, 60]]],
    ]);
  });
});

describe('impossible folds', () => {
  const time = dailyTimes(100);
  const labels: LabelIntervals = { time, t1: fixedT1(time, 2), longestLabelBars: 5 };

  it('refuse purgeBars below the longest label, naming both', () => {
    const refused = split(labels, { ...SETTINGS, purgeBars: 4 });
    expect(refused).toMatchObject({ ok: false, fault: { code: 'InvalidSplits' } });
    expect(refused.ok ? '' : refused.fault.message).toMatch(/purgeBars is 4, .* 5 bars.*null for 15/);
    expect(resolvePurgeBars(5, 5)).toEqual({ ok: true, value: 5 });
    expect(resolvePurgeBars(null, 5)).toEqual({ ok: true, value: 15 });
    expect(resolvePurgeBars(null, 0)).toMatchObject({ ok: false });
  });

  it('name the part that purging emptied, its rows, the least and the settings', () => {
    const refused = split(labels, { ...SETTINGS, minPartRows: 2 });
    expect(refused).toMatchObject({ ok: false, fault: { code: 'InvalidSplits' } });
    expect(refused.ok ? '' : refused.fault.message).toMatch(
      /stopping part of fold f0 keeps 0 of 10 rows \(10 purged\).*minPartRows 2.*purgeBars 15 and embargoDays 1/,
    );
  });

  it('refuse labels that are not aligned with the bars, and an impossible embargo', () => {
    const planned = planBoundaries(time, SETTINGS);
    if (!planned.ok) throw new Error(planned.fault.message);
    expect(buildFolds(time, labels.t1.slice(1), planned.value, SETTINGS, 5)).toMatchObject({
      ok: false,
      fault: { code: 'InvalidSplits', message: expect.stringContaining('100 bars but 99 labels') as string },
    });
    expect(buildFolds(time, labels.t1, planned.value, { ...SETTINGS, embargoDays: -2 }, 5)).toMatchObject({
      ok: false,
      fault: { message: expect.stringContaining('was -2') as string },
    });
  });
});

const settingsArbitrary: fc.Arbitrary<SplitSettings> = fc.record({
  scheme: fc.constantFrom<SplitSettings['scheme']>('holdout', 'walkForward', 'purgedKFold', 'cpcv'),
  holdout: fc.constantFrom(
    { train: 0.6, validation: 0.2, test: 0.2 },
    { train: 0.3, validation: 0.5, test: 0.2 },
    { train: 0.25, validation: 0.25, test: 0.5 },
  ),
  groups: fc.record({
    count: fc.integer({ min: 2, max: 5 }),
    testGroups: fc.integer({ min: 1, max: 3 }),
    prologueShare: fc.constantFrom(0.1, 0.2, 0.35),
    stratifyByRegime: fc.constant(false),
  }),
  walkForward: fc.record({
    window: fc.constantFrom('anchored', 'rolling'),
    firstTrainDays: fc.double({ min: 3, max: 8, noNaN: true }),
    validationDays: fc.double({ min: 4, max: 8, noNaN: true }),
    testDays: fc.double({ min: 1, max: 8, noNaN: true }),
  }),
  purgeBars: fc.constantFrom(null, 4, 9),
  embargoDays: fc.constantFrom(0, 1, 2),
  minPartRows: fc.integer({ min: 1, max: 4 }),
});

describe('the folds of any series', () => {
  it('never let a label interval of one part meet one of a later part', () => {
    const checkedFolds = new Map<string, number>();
    fc.assert(
      fc.property(seriesArbitrary(200, 260, 4, 'few pauses'), settingsArbitrary, (labels, settings) => {
        const folds = split(labels, settings);
        if (!folds.ok) {
          expect(folds.fault.code).toBe('InvalidSplits');
          return;
        }
        for (const fold of folds.value) {
          checkedFolds.set(settings.scheme, (checkedFolds.get(settings.scheme) ?? 0) + 1);
          for (const [i, part] of FOLD_PARTS.entries()) {
            expect(countRows(fold[part])).toBeGreaterThanOrEqual(settings.minPartRows);
            const own = [...expandRanges(fold[part])];
            const later = FOLD_PARTS.slice(i + 1).flatMap((name) => [...expandRanges(fold[name])]);
            const met = own.some((row) =>
              later.some((other) => meet(intervalOf(labels, row), intervalOf(labels, other))),
            );
            expect(met).toBe(false);
            if (part !== 'test') expect(own.every((row) => !Number.isNaN(labels.t1[row]!))).toBe(true);
          }
        }
      }),
      { numRuns: 250 },
    );
    // Settings that are always refused would prove nothing.
    for (const scheme of ['holdout', 'walkForward', 'purgedKFold', 'cpcv'])
      expect(checkedFolds.get(scheme)).toBeGreaterThan(10);
  });

  it('keep every walk-forward fold that ended before the cut when the future is cut off', () => {
    let compared = 0;
    const walks = settingsArbitrary.map((settings): SplitSettings => ({ ...settings, scheme: 'walkForward' }));
    fc.assert(
      fc.property(seriesArbitrary(240, 340, 4, 'few pauses'), walks, fc.nat(), (labels, settings, seed) => {
        const whole = split(labels, settings);
        if (!whole.ok) return;
        const rows = labels.time.length;
        const cut = rows - (seed % Math.ceil(rows / 2));
        const lastMs = labels.time[cut - 1]!;
        const before = split(
          {
            ...labels,
            time: labels.time.slice(0, cut),
            t1: labels.t1.slice(0, cut).map((t1) => (t1 <= lastMs ? t1 : NaN)),
          },
          settings,
        );
        const dayMs = 86_400_000;
        const { firstTrainDays, validationDays, testDays } = settings.walkForward;
        const ended = whole.value.filter(
          (_, k) => labels.time[0]! + (firstTrainDays + validationDays + (k + 1) * testDays) * dayMs <= lastMs,
        );
        if (ended.length === 0) return;
        if (!before.ok) throw new Error(before.fault.message);
        expect(before.value.slice(0, ended.length)).toEqual(ended);
        compared += ended.length;
      }),
      { numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});
