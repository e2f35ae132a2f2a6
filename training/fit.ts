import { NO_CLASS } from '../domain/core/classes';
import type { ContributionSummary } from '../domain/core/contributions';
import type { Fold, FoldPart } from '../domain/core/folds';
import { emptyMatrix, gatherRows, type Matrix } from '../domain/core/matrix';
import { PREDICTED_PARTS, type RowPredictions } from '../domain/core/predictions';
import { randomFromSeed } from '../domain/core/random';
import { fail, ok, type Result } from '../domain/core/result';
import { expandRanges } from '../domain/core/rows';
import type { SampleWeigher } from '../domain/core/sample-weights';
import type { FitProgress, LabelledRows, RowFamily } from '../domain/models/contract';
import { evenlySpaced, summariseContributions } from '../domain/models/contributions';
import { isCompleteRow, predictWithRecipe, type FittedRecipe } from '../domain/models/fitted-recipe';
import {
  fitPreparation,
  importancesOfFeatures,
  PLAIN_PREPARATION,
  preparedNames,
  type Preparation,
} from '../domain/models/preparation';

/**
 * Test rows of a fold that contributions are computed on. Fixed, whatever the number of folds, which a fit's key does not
 * know; a tenth of the time of the fit at most, and a mean of a few folds is known to a few percent.
 */
const CONTRIBUTION_ROWS = 256;

/** One model of single rows on one fold. All rows are numbered as in `features`, row t belonging to bar t. */
export interface FoldFit {
  /** Features of every bar; NaN where one is missing. */
  readonly features: Matrix;
  readonly featureNames: readonly string[];
  /** Class of every bar, NO_CLASS where it has none. */
  readonly classIndex: Int8Array | Int32Array;
  /** Return of every bar in ATR, NaN where it has none: given to a family that learns returns, also of bars without a class. */
  readonly returnAtr?: Float64Array;
  readonly fold: Fold;
  readonly family: RowFamily;
  readonly params: unknown;
  readonly seed: number;
  /** Weighs the rows that are learnt from; absent: all the same. The stopping part is never weighed. */
  readonly weigh?: SampleWeigher | null;
  /** Absent: scaled by mean and deviation. A family that takes raw features gets them, unless components are asked for. */
  readonly preparation?: Preparation;
  readonly onProgress: (progress: FitProgress) => void;
}

export interface FittedFold {
  readonly modelBytes: Uint8Array;
  /** null where the family takes raw features. */
  readonly scalerState: unknown;
  /** One for each feature that went in. */
  readonly importances: Float64Array | null;
  readonly predictions: RowPredictions;
  /** On test rows; null where the family tells of none, and without a test row that has all features. */
  readonly contributions: ContributionSummary | null;
  /** Rows that were learnt from: in the training part, with a class (or a return) and all features. */
  readonly trainRows: number;
}

/**
 * Fits one model on the training part of a fold and predicts the other three. The scaler, where the family wants one, sees
 * only the training rows, and so do the sample weights. No input or output: the same input gives the same bytes.
 *
 * `InvalidFeatures` where no training row has all features or shapes disagree, `InvalidLabels` where none has a class (or a return), and
 * whatever the weigher and the family answer.
 */
export async function fitFold(input: FoldFit): Promise<Result<FittedFold>> {
  const train = usableRows(input, 'train');
  const fault = checkInput(input, train);
  if (fault !== null) return fault;

  const weights = input.weigh?.(train) ?? ok(null);
  if (!weights.ok) return weights;

  const rawTrain = gatherRows(input.features, train);
  const { preparation = PLAIN_PREPARATION } = input;
  const isPrepared = input.family.wantsScaledFeatures || preparation.pca !== null;
  const scaler = isPrepared ? fitPreparation(rawTrain, preparation) : null;
  const scalerState = scaler === null ? null : scaler.toState();
  const prepare = (features: Matrix): Matrix => (scaler === null ? features : scaler.transform(features));
  const stopping = usableRows(input, 'stopping');
  const fitted = await input.family.fit(
    { ...labelled(input, train, prepare(rawTrain)), ...(weights.value === null ? {} : { weights: weights.value }) },
    labelled(input, stopping, prepare(gatherRows(input.features, stopping))),
    input.params,
    {
      featureNames: preparedNames(input.featureNames, scalerState),
      seed: input.seed,
      random: randomFromSeed(input.seed),
      onProgress: input.onProgress,
    },
  );
  if (!fitted.ok) return fitted;
  const model = fitted.value;
  try {
    return ok({
      modelBytes: model.toBytes(),
      scalerState,
      importances: model.importances === null ? null : importancesOfFeatures(model.importances, scalerState),
      predictions: predictParts({ model, scaler }, input),
      contributions: contributionsOf({ model, scaler }, input),
      trainRows: train.length,
    });
  } finally {
    model.dispose();
  }
}

function checkInput(
  { features, featureNames, classIndex, returnAtr, fold }: FoldFit,
  train: Int32Array,
): Result<never> | null {
  if (features.columns !== featureNames.length || features.rows !== classIndex.length) {
    const got = `${features.rows} x ${features.columns} features, ${featureNames.length} names and ${classIndex.length} classes`;
    return fail(
      'InvalidFeatures',
      `Fold ${fold.id}: got ${got}; expected a name for every column and a class for every row.`,
    );
  }
  if (train.length > 0) return null;
  const rows = expandRanges(fold.train);
  const complete = rows.filter((row) => isCompleteRow(features, row)).length;
  if (complete === 0) {
    return fail(
      'InvalidFeatures',
      `Fold ${fold.id}: none of the ${rows.length} training rows has all ${features.columns} features. Give more bars, or leave out the features with the longest warm-up.`,
      { trainingRows: rows.length },
    );
  }
  return fail(
    'InvalidLabels',
    `Fold ${fold.id}: none of the ${complete} complete training rows has a ${returnAtr === undefined ? 'class' : 'return'}. Change the barrier multiples or the horizon, or give more bars.`,
    { trainingRows: rows.length, completeRows: complete },
  );
}

function usableRows({ features, classIndex, returnAtr, fold }: FoldFit, part: FoldPart): Int32Array {
  const hasTarget = (row: number): boolean =>
    returnAtr === undefined ? (classIndex[row] ?? NO_CLASS) !== NO_CLASS : Number.isFinite(returnAtr[row]);
  return expandRanges(fold[part]).filter((row) => hasTarget(row) && isCompleteRow(features, row));
}

function labelled({ classIndex, returnAtr }: FoldFit, rows: Int32Array, features: Matrix): LabelledRows {
  const labels = rows.map((row) => classIndex[row] ?? NO_CLASS);
  if (returnAtr === undefined) return { features, labels };
  return { features, labels, returns: Float64Array.from(rows, (row) => returnAtr[row] ?? NaN) };
}

/** What the model's columns contribute on test rows, evenly spaced; components go by their own names. */
function contributionsOf({ model, scaler }: FittedRecipe, input: FoldFit): ContributionSummary | null {
  const { features, featureNames, fold } = input;
  const complete = expandRanges(fold.test).filter((row) => isCompleteRow(features, row));
  if (model.contributions === undefined || complete.length === 0) return null;
  const rows = gatherRows(features, evenlySpaced(complete, CONTRIBUTION_ROWS));
  const seen = scaler === null ? rows : scaler.transform(rows);
  const names = preparedNames(featureNames, scaler === null ? null : scaler.toState());
  return summariseContributions(seen, model.contributions(seen), names);
}

function predictParts(recipe: FittedRecipe, { features, fold }: FoldFit): RowPredictions {
  const parts = Object.entries(PREDICTED_PARTS).map(([name, part]) => {
    const rows = expandRanges(fold[name as keyof typeof PREDICTED_PARTS]);
    return { part, rows, predicted: predictWithRecipe(recipe, gatherRows(features, rows)) };
  });
  const total = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const row = new Int32Array(total);
  const part = new Int8Array(total);
  const probabilities = emptyMatrix(total, parts[0]?.predicted.columns ?? 0);
  let offset = 0;
  for (const { part: number, rows, predicted } of parts) {
    row.set(rows, offset);
    part.fill(number, offset, offset + rows.length);
    probabilities.data.set(predicted.data, offset * predicted.columns);
    offset += rows.length;
  }
  return { row, part, probabilities };
}
