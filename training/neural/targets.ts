import { CLASS_COUNT, NO_CLASS } from '../../domain/core/classes';
import { ok, type Result } from '../../domain/core/result';
import type { NetTarget } from '../../domain/models/nets/heads';
import type { HorizonTarget, TrainingSettings } from './contract';

/** What one horizon has to say of every row: its class or return, and its weight in the loss, 0 where it has none. */
export interface WeightedTarget {
  readonly horizonBars: number;
  readonly classIndex: Int8Array | Int32Array;
  readonly returnAtr: Float64Array;
  readonly weights: Float64Array;
}

/** Whether a row has what the heads of this target learn. */
export function hasTarget(target: HorizonTarget, kind: NetTarget, row: number): boolean {
  return kind === 'class'
    ? (target.classIndex[row] ?? NO_CLASS) !== NO_CLASS
    : Number.isFinite(target.returnAtr[row] ?? NaN);
}

/** The rows that have a target of at least one horizon. */
export function rowsWithTarget(targets: readonly HorizonTarget[], kind: NetTarget, rows: Int32Array): Int32Array {
  return rows.filter((row) => targets.some((target) => hasTarget(target, kind, row)));
}

/**
 * Weights of a horizon: the class weight where classes are balanced, n / (k n_c) over the training rows, of which k classes
 * occur and class c does n_c times (as scikit-learn's `balanced`); in training rows times the sample's own weight. Whatever
 * the weigher answers is answered.
 */
export function weighTarget(
  target: HorizonTarget,
  { target: kind, classWeights }: Pick<TrainingSettings, 'target' | 'classWeights'>,
  trainRows: Int32Array,
): Result<WeightedTarget> {
  const factors = kind === 'class' && classWeights === 'balanced' ? balancedWeights(target, trainRows) : null;
  const learnt = trainRows.filter((row) => hasTarget(target, kind, row));
  const own = target.weigh?.(learnt) ?? ok(null);
  if (!own.ok) return own;
  const weights = new Float64Array(target.classIndex.length);
  for (let row = 0; row < weights.length; row += 1) {
    if (!hasTarget(target, kind, row)) continue;
    weights[row] = factors === null ? 1 : (factors[target.classIndex[row] ?? NO_CLASS] ?? 0);
  }
  if (own.value !== null) {
    for (const [i, row] of learnt.entries()) weights[row] = (weights[row] ?? 0) * (own.value[i] ?? NaN);
  }
  const { horizonBars, classIndex, returnAtr } = target;
  return ok({ horizonBars, classIndex, returnAtr, weights });
}

/** Every horizon's weights, or the first fault. */
export function weighTargets(
  targets: readonly HorizonTarget[],
  settings: Pick<TrainingSettings, 'target' | 'classWeights'>,
  trainRows: Int32Array,
): Result<readonly WeightedTarget[]> {
  const weighted: WeightedTarget[] = [];
  for (const target of targets) {
    const one = weighTarget(target, settings, trainRows);
    if (!one.ok) return one;
    weighted.push(one.value);
  }
  return ok(weighted);
}

function balancedWeights({ classIndex }: HorizonTarget, rows: Int32Array): Float64Array {
  const counts = classCounts(classIndex, rows);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : total / (present * count)));
}

/** How often each class occurs among the rows. */
export function classCounts(classIndex: Int8Array | Int32Array, rows: Int32Array): Float64Array {
  const counts = new Float64Array(CLASS_COUNT);
  for (const row of rows) {
    const label = classIndex[row] ?? NO_CLASS;
    if (label !== NO_CLASS) counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

/** Sum of each horizon's weights over the rows. */
export function totalWeights(targets: readonly WeightedTarget[], rows: Int32Array): readonly number[] {
  return targets.map(({ weights }) => rows.reduce((sum, row) => sum + (weights[row] ?? 0), 0));
}

/**
 * What each horizon's weights are multiplied by, so that the loss is the mean over the horizons that have a target in these
 * rows, each a weighted mean over its samples.
 */
export function shareFactors(totals: readonly number[]): readonly number[] {
  const active = totals.filter((total) => total > 0).length;
  return totals.map((total) => (total > 0 ? 1 / (total * active) : 0));
}

/** Fills a batch's targets as `Judged` describes them; what is behind `rows` becomes 0. */
export function fillTargets(
  targets: readonly WeightedTarget[],
  kind: NetTarget,
  rows: Int32Array,
  factors: readonly number[],
  out: Float32Array,
): void {
  const width = kind === 'class' ? CLASS_COUNT : 2;
  out.fill(0);
  for (const [h, { classIndex, returnAtr, weights }] of targets.entries()) {
    const factor = factors[h] ?? 0;
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i] ?? 0;
      const weight = (weights[row] ?? 0) * factor;
      if (weight === 0) continue;
      const at = (i * targets.length + h) * width;
      if (kind === 'class') {
        out[at + (classIndex[row] ?? 0)] = weight;
      } else {
        out[at] = returnAtr[row] ?? NaN;
        out[at + 1] = weight;
      }
    }
  }
}
