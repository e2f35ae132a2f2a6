import { concatBars, concatFloat64, type BarColumns } from '../../domain/core/bars';
import type { Fold } from '../../domain/core/folds';
import { emptyMatrix, type Matrix } from '../../domain/core/matrix';
import { ok } from '../../domain/core/result';
import type { SampleWeigher } from '../../domain/core/sample-weights';
import { intersectRanges } from '../../domain/core/windows';
import { createSampleWeigher } from '../../domain/labels/weights/sample-weights';
import type { TrainInput } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Artifacts } from '../../shared/store/artifacts';
import { readBars } from '../../shared/tables/bar-table';
import type { LabelTargets } from '../../shared/tables/label-table';
import type { FeatureMatrix } from './fit-data';
import type { AugmentationRecipe } from './fit-recipe';
import { neededBars } from './needed-bars';
import type { StageContext } from './stage-definition';
import { unwrap } from './stage-fault';
import { makeSyntheticRows, type SyntheticRows } from './synthetic-rows';

/** A synthetic series and its place: its rows stand behind the real ones from row `from` to `to` (exclusive). */
export interface PlacedRows extends SyntheticRows {
  readonly from: number;
  readonly to: number;
}

/** What a fit reads: the real rows, and behind them those of each synthetic series. */
export interface AugmentedFeatures extends FeatureMatrix {
  /** Empty where the configuration asks for no augmentation. */
  readonly synthetic: readonly PlacedRows[];
}

/**
 * The rows of the features with synthetic ones behind them, where the configuration asks for them. These are made here, at
 * the fit, from bars of the training part of its fold; they only ever join that part.
 */
export async function augmentFeatures(
  real: FeatureMatrix,
  folds: readonly Fold[],
  augmentation: AugmentationRecipe | undefined,
  input: Pick<TrainInput, 'bars'>,
  artifacts: Artifacts,
): Promise<AugmentedFeatures> {
  if (augmentation === undefined) return { ...real, synthetic: [] };
  const bars = await barsOf(input, artifacts);
  const train = intersectRanges(folds.map((fold) => fold.train));
  const copies = unwrap(makeSyntheticRows(bars, train, real.featureNames, augmentation.recipe));
  let next = real.features.rows;
  const synthetic = copies.map((copy): PlacedRows => {
    const from = next;
    next += copy.features.rows;
    return { ...copy, from, to: next };
  });
  return {
    featureNames: real.featureNames,
    features: stacked([real.features, ...copies.map(({ features }) => features)]),
    time: concatFloat64([real.time, ...copies.map((copy) => copy.bars.time)]),
    synthetic,
  };
}

/** Rows of all synthetic series together. */
export function countSynthetic(synthetic: readonly PlacedRows[]): number {
  return synthetic.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The fold with the synthetic rows in its training part; windows never cross from one range into another. */
export function augmentFold(fold: Fold, synthetic: readonly PlacedRows[]): Fold {
  return { ...fold, train: [...fold.train, ...synthetic.map(({ from, to }) => [from, to] as const)] };
}

/** The classes of the real rows with those of the synthetic rows behind them. */
export function augmentClasses(real: Int8Array, synthetic: readonly PlacedRows[], horizonBars: number): Int8Array {
  if (synthetic.length === 0) return real;
  const all = new Int8Array(synthetic.at(-1)?.to ?? 0);
  all.set(real);
  for (const { from, labels } of synthetic) all.set(labels[String(horizonBars)]?.classIndex ?? [], from);
  return all;
}

/** The classes, and the returns in ATR, of the first `rows` real rows with those of the synthetic rows behind them. */
export function augmentTargets(
  { classIndex, returnAtr }: LabelTargets,
  rows: number,
  synthetic: readonly PlacedRows[],
  horizonBars: number,
): LabelTargets {
  const made = synthetic.map(({ labels }) => labels[String(horizonBars)]?.returnAtr ?? NO_VALUES);
  return {
    classIndex: augmentClasses(classIndex.subarray(0, rows), synthetic, horizonBars),
    returnAtr: concatFloat64([returnAtr.subarray(0, rows), ...made]),
  };
}

/**
 * Weighs each series by itself, real or synthetic, to mean 1: labels of two series never overlap, and a synthetic row is as
 * old as its slot.
 */
export async function augmentWeigher(
  real: SampleWeigher | null,
  synthetic: readonly PlacedRows[],
  horizonBars: number,
  { scope }: Pick<TrainInput, 'scope'>,
  { symbolConfig }: StageContext,
): Promise<SampleWeigher | null> {
  if (real === null || synthetic.length === 0) return real;
  const { weights } = (await symbolConfig(scope)).labels;
  const weighers = synthetic.map(({ from, to, labels, bars }) => {
    const t1Row = labels[String(horizonBars)]?.t1Row ?? new Int32Array(0);
    return { from, to, weigh: createSampleWeigher(weights, { t1Row, prices: bars }) };
  });
  return (rows) => {
    const own = real(rows.filter((row) => row < (synthetic[0]?.from ?? Infinity)));
    if (!own.ok) return own;
    const all = [own.value];
    for (const { from, to, weigh } of weighers) {
      const weighed = weigh(rows.filter((row) => row >= from && row < to).map((row) => row - from));
      if (!weighed.ok) return weighed;
      all.push(weighed.value);
    }
    return ok(concatFloat64(all));
  };
}

const NO_VALUES = new Float64Array(0);

async function barsOf({ bars }: Pick<TrainInput, 'bars'>, artifacts: Artifacts): Promise<BarColumns> {
  const ref = neededBars(bars, 'augmentation');
  const chunks: BarColumns[] = [];
  for await (const chunk of readBars(artifacts, ref, ARTIFACT_KINDS.bars)) chunks.push(chunk);
  return concatBars(chunks);
}

function stacked(parts: readonly Matrix[]): Matrix {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const all = emptyMatrix(rows, parts[0]?.columns ?? 0);
  let at = 0;
  for (const { data } of parts) {
    all.data.set(data, at);
    at += data.length;
  }
  return all;
}
