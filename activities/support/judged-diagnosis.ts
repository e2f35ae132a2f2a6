import type { BreakFound, SeriesDiagnosis, UnitRootFound } from '../../domain/statistics/diagnose';
import { adjustedPValues } from '../../domain/statistics/false-discovery';
import { isFound, type DiagnosedFeature, type DiagnosedTarget } from '../../shared/contracts/diagnosis';

/** A feature, and what was found of it; null for one of the calendar, which is not tested. */
export interface TestedFeature {
  readonly name: string;
  readonly found: SeriesDiagnosis | null;
}

export interface TestedTarget {
  readonly horizonBars: number;
  readonly strideBars: number;
  readonly found: SeriesDiagnosis;
}

/** Unit roots judged beside one another, and then the breaks of those features that have none. */
export function judgedFeatures(tested: readonly TestedFeature[]): readonly DiagnosedFeature[] {
  const unitRoots = judged(tested.map(({ found }) => found?.unitRoot ?? null));
  const breaks = judged(
    tested.map(({ found }, i) => (isFound(unitRoots[i] ?? null) ? (found?.meanBreak ?? null) : null)),
  );
  return tested.map(({ name, found }, i) => ({
    name,
    rows: found?.rows ?? 0,
    unitRoot: unitRoots[i] ?? null,
    meanBreak: breaks[i] ?? null,
    untested: found === null ? 'calendar' : found.untested,
  }));
}

/** Unit roots of all targets judged beside one another, and their breaks of mean and of variance. */
export function judgedTargets(tested: readonly TestedTarget[]): readonly DiagnosedTarget[] {
  const unitRoots = judged<UnitRootFound>(tested.map(({ found }) => found.unitRoot));
  const breaks = judged<BreakFound>(tested.flatMap(({ found }) => [found.meanBreak, found.varianceBreak]));
  return tested.map(({ horizonBars, strideBars, found: { rows, untested } }, i) => ({
    ...{ horizonBars, strideBars, rows, untested },
    unitRoot: unitRoots[i] ?? null,
    meanBreak: breaks[2 * i] ?? null,
    varianceBreak: breaks[2 * i + 1] ?? null,
  }));
}

function judged<T extends { readonly pValue: number }>(
  tests: readonly (T | null)[],
): readonly ((T & { readonly adjustedP: number }) | null)[] {
  const adjusted = adjustedPValues(tests.map((test) => test?.pValue ?? null));
  return tests.map((test, i) => (test === null ? null : { ...test, adjustedP: adjusted[i] ?? test.pValue }));
}
