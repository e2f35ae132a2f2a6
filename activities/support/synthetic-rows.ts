import { shapesOf, splicedCloses, type BarShapes } from '../../domain/augment/bar-shapes';
import type { AugmentationSettings } from '../../domain/augment/settings';
import { synthesiseBars } from '../../domain/augment/synthesise';
import { concatFloat64, type BarColumns } from '../../domain/core/bars';
import type { LabelColumns } from '../../domain/core/labels';
import { matrixFromColumns, type Matrix } from '../../domain/core/matrix';
import { deriveSeed } from '../../domain/core/random';
import { ok, type Result } from '../../domain/core/result';
import type { RowRange } from '../../domain/core/rows';
import { createFeatureComputer } from '../../domain/features/compute';
import { featureContext, type FeatureSettings } from '../../domain/features/context';
import type { FracDiff } from '../../domain/features/declaration';
import { labelKernelOf } from '../../domain/labels/kernel-of';
import { fitRegimes, labelRegimes } from '../../domain/statistics/regimes';
import type { Horizon } from './found-barriers';

/** All that synthetic rows are made of, besides the bars, the training rows and the names of the features. */
export interface SyntheticRecipe extends AugmentationSettings {
  /** How many synthetic series are made. */
  readonly copies: number;
  readonly seed: number;
  readonly timeframeMs: number;
  readonly features: FeatureSettings;
  /** What was fitted on the first training part: a fixed filter, right for any series of these prices. Not there: nothing. */
  readonly fracDiff?: FracDiff;
  /** The horizons that are trained. */
  readonly horizons: readonly Horizon[];
}

/** What a fit reads of labels; rows are numbered inside their series. */
export type TrainedLabels = Pick<LabelColumns, 'classIndex' | 'returnAtr' | 't1Row'>;

/** One synthetic series as a fit reads it: a row for every bar. */
export interface SyntheticRows {
  readonly bars: BarColumns;
  readonly features: Matrix;
  /** By horizon, its bars as text. */
  readonly labels: Readonly<Record<string, TrainedLabels>>;
}

/**
 * Synthetic series from the bars of the training rows alone, with the features and labels that the very kernels of real bars
 * give them. Features warm up anew and the last labels stay unsettled in each, as in any series.
 *
 * @param train rows of the training part, ascending
 * @returns the faults of the shapes, the method, the features and the labels
 */
export function makeSyntheticRows(
  bars: BarColumns,
  train: readonly RowRange[],
  featureNames: readonly string[],
  recipe: SyntheticRecipe,
): Result<readonly SyntheticRows[]> {
  const shapes = shapesOf(bars, train);
  if (!shapes.ok) return shapes;
  const context = {
    timeframeMs: recipe.timeframeMs,
    regimes: () => regimesOf(shapes.value, recipe.meanBlockBars),
  };
  const made: SyntheticRows[] = [];
  for (let copy = 0; copy < recipe.copies; copy += 1) {
    const synthetic = synthesiseBars(shapes.value, recipe, context, deriveSeed(recipe.seed, copy));
    if (!synthetic.ok) return synthetic;
    const features = featuresOf(synthetic.value, featureNames, recipe);
    if (!features.ok) return features;
    const labels = labelsOf(synthetic.value, recipe.horizons);
    if (!labels.ok) return labels;
    made.push({ bars: synthetic.value, features: features.value, labels: labels.value });
  }
  return ok(made);
}

/** Regimes as slow as the blocks, of the training bars put behind one another; thresholds from the same bars. */
function regimesOf(shapes: BarShapes, meanBlockBars: number): Result<Int8Array> {
  const closes = splicedCloses(shapes);
  const windowBars = Math.max(2, Math.min(meanBlockBars, Math.floor(closes.length / 4)));
  const thresholds = fitRegimes(closes, closes.length, { windowBars });
  return thresholds.ok ? ok(labelRegimes(closes, thresholds.value)) : thresholds;
}

function featuresOf(
  bars: BarColumns,
  names: readonly string[],
  { features, timeframeMs, fracDiff }: SyntheticRecipe,
): Result<Matrix> {
  const computer = createFeatureComputer(names, featureContext(features, timeframeMs, { fracDiff: fracDiff ?? null }));
  return computer.ok ? ok(matrixFromColumns(computer.value.push(bars))) : computer;
}

function labelsOf(bars: BarColumns, horizons: readonly Horizon[]): Result<SyntheticRows['labels']> {
  const labels: Record<string, TrainedLabels> = {};
  for (const { horizonBars, settings } of horizons) {
    const kernel = labelKernelOf(settings);
    if (!kernel.ok) return kernel;
    labels[String(horizonBars)] = joined(kernel.value.push(bars), kernel.value.finish());
  }
  return ok(labels);
}

function joined(settled: LabelColumns, rest: LabelColumns): TrainedLabels {
  const [before, count] = [settled.time.length, settled.time.length + rest.time.length];
  const classIndex = new Int8Array(count);
  classIndex.set(settled.classIndex);
  classIndex.set(rest.classIndex, before);
  const t1Row = new Int32Array(count);
  t1Row.set(settled.t1Row);
  t1Row.set(rest.t1Row, before);
  return { classIndex, t1Row, returnAtr: concatFloat64([settled.returnAtr, rest.returnAtr]) };
}
