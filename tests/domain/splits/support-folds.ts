import type { Fold } from '../../../domain/core/folds';
import type { Result } from '../../../domain/core/result';
import { buildFolds } from '../../../domain/splits/build-folds';
import { planBoundaries } from '../../../domain/splits/plan-boundaries';
import type { LabelIntervals } from '../../../domain/splits/purge';
import type { SplitSettings } from '../../../domain/splits/settings';

/** Plans and purges. */
export function split(
  { time, t1, longestLabelBars }: LabelIntervals,
  settings: SplitSettings,
): Result<readonly Fold[]> {
  const planned = planBoundaries(time, settings);
  return planned.ok ? buildFolds(time, t1, planned.value, settings, longestLabelBars) : planned;
}

export function foldsOf(labels: LabelIntervals, settings: SplitSettings): readonly Fold[] {
  const folds = split(labels, settings);
  if (!folds.ok) throw new Error(folds.fault.message);
  return folds.value;
}
