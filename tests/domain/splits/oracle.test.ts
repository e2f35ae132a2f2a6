import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expandRanges, type RowRange } from '../../../domain/core/rows';
import { pathsOfRows } from '../../../domain/splits/backtest-paths';
import { planBoundaries } from '../../../domain/splits/plan-boundaries';
import { evenBorders, planGroups } from '../../../domain/splits/plan-groups';
import { purgeAndEmbargo } from '../../../domain/splits/purge';
import type { SplitSettings } from '../../../domain/splits/settings';
import { dailyTimes, fixedT1, SETTINGS } from './support';

interface Combinatorial {
  readonly rows: number;
  readonly groups: number;
  readonly tested: number;
  readonly labelBars: number;
  readonly embargoDays: number;
  readonly folds: readonly { readonly train: readonly RowRange[]; readonly test: readonly RowRange[] }[];
  /** By fold, the path of each of its groups. */
  readonly paths: readonly (readonly number[])[];
  readonly testGroups: readonly (readonly number[])[];
}

interface WalkForward {
  readonly rows: number;
  readonly firstTrainDays: number;
  readonly validationDays: number;
  readonly testDays: number;
  readonly window: 'anchored' | 'rolling';
  readonly folds: readonly { readonly train: RowRange; readonly test: RowRange }[];
}

/** Made by tests/oracles/splits.py. */
const ORACLE = JSON.parse(readFileSync(join(__dirname, '../../fixtures/splits.json'), 'utf8')) as {
  readonly combinatorial: readonly Combinatorial[];
  readonly walkForward: readonly WalkForward[];
};

describe.each(ORACLE.combinatorial)('CPCV of $groups groups, $tested tested, beside skfolio', (oracle) => {
  const { rows, groups, tested, labelBars, embargoDays } = oracle;
  const time = dailyTimes(rows + labelBars);
  const settings: SplitSettings = {
    ...SETTINGS,
    scheme: 'cpcv',
    // Without a prologue, a fold that tests all but one group trains on nothing.
    minPartRows: 0,
    groups: { count: groups, testGroups: tested, prologueShare: 0.2, stratifyByRegime: false },
  };
  // skfolio knows no prologue: its first group begins at row 0.
  const planned = planGroups(time, settings, evenBorders(0, rows, groups));
  if (!planned.ok) throw new Error(planned.fault.message);

  it('tests the same groups in the same folds', () => {
    expect(planned.value.map(({ testGroups }) => testGroups)).toEqual(oracle.testGroups);
    expect(planned.value.map(({ parts }) => parts.test)).toEqual(oracle.folds.map(({ test }) => test));
  });

  it('forecasts each group on the same paths', () => {
    const paths = pathsOfRows(planned.value.map(({ parts }) => expandRanges(parts.test)));
    const byGroup = planned.value.map(({ parts }, f) => {
      const ofRow = new Map([...expandRanges(parts.test)].map((row, i) => [row, paths[f]?.[i]]));
      return parts.test.map(([from]) => ofRow.get(from));
    });
    expect(byGroup).toEqual(oracle.paths);
  });

  it('purges and embargoes the same rows around the test groups', () => {
    const labels = { time, t1: fixedT1(time, labelBars), longestLabelBars: labelBars };
    for (const [f, { parts }] of planned.value.entries()) {
      const others = evenBorders(0, rows, groups)
        .slice(1)
        .map((to, g, ends): RowRange => [g === 0 ? 0 : (ends[g - 1] ?? 0), to])
        .filter(([from]) => !parts.test.some(([tested]) => tested === from));
      const { kept } = purgeAndEmbargo(others, parts.test, labels, { purgeBars: labelBars, embargoDays });
      expect(kept).toEqual(oracle.folds[f]?.train);
    }
  });
});

describe.each(ORACLE.walkForward)('$window walk-forward beside scikit-learn', (oracle) => {
  it('trains and tests on the same rows, the validation part standing in the gap', () => {
    const { window, firstTrainDays, validationDays, testDays } = oracle;
    const walkForward = { window, firstTrainDays, validationDays, testDays };
    const planned = planBoundaries(dailyTimes(oracle.rows), { ...SETTINGS, scheme: 'walkForward', walkForward });
    if (!planned.ok) throw new Error(planned.fault.message);
    expect(planned.value.map(({ parts: { train, test } }) => ({ train: train[0], test: test[0] }))).toEqual(
      oracle.folds,
    );
  });
});
