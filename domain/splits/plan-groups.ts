import { fail, ok, type Result } from '../core/result';
import type { RowRange } from '../core/rows';
import { checkParts, describeScheme, halfOf, type FoldBoundaries } from './boundaries';
import { combinations } from './combinations';
import type { GroupSettings, SplitSettings } from './settings';

/** Rows of the prologue: never tested, in the training part of every fold. Rounded to the nearest row. */
export function prologueRows(bars: number, { prologueShare }: Pick<GroupSettings, 'prologueShare'>): number {
  return Math.round(bars * prologueShare);
}

/** How many groups a fold tests: one in purged k-fold. */
function testedGroups({ scheme, groups }: Pick<SplitSettings, 'scheme' | 'groups'>): number {
  return scheme === 'purgedKFold' ? 1 : groups.testGroups;
}

/** The borders of `count` groups of as equal numbers of rows as can be, over the rows [from, to): count + 1 row numbers. */
export function evenBorders(from: number, to: number, count: number): readonly number[] {
  return Array.from({ length: count + 1 }, (_, g) => from + Math.round(((to - from) * g) / count));
}

/**
 * Purged k-fold and CPCV: behind the prologue the series is cut into N groups at `borders`, and every choice of k of them,
 * in lexicographic order, is the test part of one fold (one range a group). Validated is on the group that follows the
 * first test group, cyclically, and is not tested itself, halved in time; the rest and the prologue train.
 *
 * So every row behind the prologue is tested in C(N-1, k-1) folds, which make up that many backtest paths: the j-th fold
 * (ascending) that tests a group gives path j its forecasts of it.
 *
 * Example: N = 3, k = 2 gives the folds {0,1}, {0,2}, {1,2} and two paths: path 0 takes group 0 from the first fold, group
 * 1 from the first, group 2 from the second; path 1 from the second, the third and the third.
 *
 * Source: López de Prado, Advances in Financial Machine Learning (2018), ch. 7.4 and 12.4; prologue and validation group
 * are ours.
 */
export function planGroups(
  time: Float64Array,
  settings: SplitSettings,
  borders: readonly number[],
): Result<readonly FoldBoundaries[]> {
  const groups = borders.slice(1).map((to, g): RowRange => [borders[g] ?? 0, to]);
  const tooSmall = checkGroups(groups, settings, time.length);
  if (tooSmall !== null) return tooSmall;
  const folds: FoldBoundaries[] = [];
  for (const tested of combinations(groups.length, testedGroups(settings))) {
    const fold = foldTesting(tested, groups, time, `f${folds.length}`);
    const checked = checkParts(fold, settings, time.length);
    if (!checked.ok) return checked;
    folds.push(fold);
  }
  return ok(folds);
}

function foldTesting(
  tested: readonly number[],
  groups: readonly RowRange[],
  time: Float64Array,
  id: string,
): FoldBoundaries {
  const validated = validationGroup(tested, groups.length);
  const [from, to] = groups[validated] ?? [0, 0];
  const half = halfOf(time, from, to);
  const prologue: RowRange = [0, groups[0]?.[0] ?? 0];
  return {
    id,
    parts: {
      train: [prologue, ...groups.filter((_, g) => g !== validated && !tested.includes(g))],
      stopping: [[from, half]],
      choosing: [[half, to]],
      test: groups.filter((_, g) => tested.includes(g)),
    },
    testGroups: tested,
  };
}

/** The group after the first tested one, cyclically, that is not tested itself. */
function validationGroup(tested: readonly number[], count: number): number {
  const first = tested[0] ?? 0;
  const following = Array.from({ length: count - 1 }, (_, i) => (first + 1 + i) % count);
  return following.find((g) => !tested.includes(g)) ?? first;
}

/** A group must hold two halves of a validation part. */
function checkGroups(groups: readonly RowRange[], settings: SplitSettings, bars: number): Result<never> | null {
  const least = 2 * settings.minPartRows;
  const small = groups.findIndex(([from, to]) => to - from < least);
  if (small < 0) return null;
  const [from, to] = groups[small] ?? [0, 0];
  return fail(
    'InvalidSplits',
    `Group ${small} of ${groups.length} has ${to - from} rows of the series’ ${bars}, with ${describeScheme(settings)}; ` +
      `a group is validated on in two halves and needs ${least}, twice minPartRows ${settings.minPartRows}: ask for ` +
      'fewer groups, a shorter prologue, or give more bars',
    { group: small, rows: to - from, least, bars, ...settings },
  );
}
