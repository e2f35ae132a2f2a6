import type { Fold } from '../domain/core/folds';
import { gatherRows, type Matrix } from '../domain/core/matrix';
import { fail, ok, type Result } from '../domain/core/result';
import { expandRanges } from '../domain/core/rows';
import { windowSeries, type WindowRules } from '../domain/core/window-runs';
import type { WindowSeries } from '../domain/core/window-series';
import { isCompleteRow } from '../domain/models/fitted-recipe';
import { openFittedNet } from '../domain/models/nets/fitted-net';
import {
  fitPreparation,
  importancesOfFeatures,
  PLAIN_PREPARATION,
  preparedNames,
  type Preparation,
} from '../domain/models/preparation';
import type { NetFit, TrainedNet } from './neural/contract';
import { trainNet } from './neural/train-net';

/** One net on one fold. All rows are numbered as in `features`, row t belonging to the bar that closes at `time[t]`. */
export interface NetFoldFit extends Omit<NetFit, 'series'> {
  /** Features of every bar, not scaled; NaN where one is missing. */
  readonly features: Matrix;
  readonly time: Float64Array;
  readonly windowRules: WindowRules;
  /** Rows at which another series begins; absent: there is one. */
  readonly seriesStarts?: readonly number[];
  /** Absent: scaled by mean and deviation. */
  readonly preparation?: Preparation;
}

export interface FittedNetFold {
  readonly trained: TrainedNet;
  readonly scalerState: unknown;
  readonly explanation: Explanation;
  /** Features that never change in training and so teach nothing. */
  readonly constantFeatures: readonly string[];
  /** Features that are infinite somewhere; windows leave those rows out. */
  readonly infiniteFeatures: readonly { readonly name: string; readonly rows: number }[];
}

/** What a net says of itself, averaged over the first windows of the choosing part; null where it cannot. */
export interface Explanation {
  readonly variableWeights: Float64Array | null;
  /** By bar of the window, the oldest first. */
  readonly attention: Float64Array | null;
}

/** Bars whose windows a net is asked to explain itself on, at most. */
const EXPLAINED_WINDOWS = 512;

/**
 * Scales with what the training part shows, lays the windows out, trains and predicts the parts that were not learnt from.
 * `InvalidFeatures` where no training row is complete, and whatever `trainNet` answers.
 */
export async function fitNetFold(input: NetFoldFit): Promise<Result<FittedNetFold>> {
  const { features, time, windowRules, featureNames } = input;
  const rows = completeTrainingRows(input);
  if (rows.length === 0) return noCompleteRow(input);
  const scaler = fitPreparation(gatherRows(features, rows), input.preparation ?? PLAIN_PREPARATION);
  const scalerState = scaler.toState();
  const series = windowSeries(scaler.transform(features), time, windowRules, input.seriesStarts);
  const trained = await trainNet({ ...input, featureNames: preparedNames(featureNames, scalerState), series });
  if (!trained.ok) return trained;
  const explanation = explain(input, series, trained.value);
  if (!explanation.ok) return explanation;
  return ok({
    trained: trained.value,
    scalerState,
    explanation: ofFeatures(explanation.value, scalerState),
    constantFeatures: featureNames.filter((_, column) => isConstant(features, rows, column)),
    infiniteFeatures: infiniteFeatures(features, featureNames),
  });
}

function infiniteFeatures(
  { data, columns }: Matrix,
  featureNames: readonly string[],
): FittedNetFold['infiniteFeatures'] {
  const counts = featureNames.map(() => 0);
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i] ?? 0;
    if (value === Infinity || value === -Infinity) counts[i % columns] = (counts[i % columns] ?? 0) + 1;
  }
  return featureNames.map((name, c) => ({ name, rows: counts[c] ?? 0 })).filter(({ rows }) => rows > 0);
}

/** Rows of the training part of every horizon that have all features. */
function completeTrainingRows({ features, targets }: NetFoldFit): Int32Array {
  const [first, ...others] = targets.map(({ fold }) => expandRanges(fold.train));
  const sets = others.map((rows) => new Set(rows));
  return (first ?? new Int32Array(0)).filter(
    (row) => isCompleteRow(features, row) && sets.every((rows) => rows.has(row)),
  );
}

function noCompleteRow({ features, featureNames, targets }: NetFoldFit): Result<never> {
  const fold: Fold | undefined = targets[0]?.fold;
  const rows = expandRanges(fold?.train ?? []);
  const missing = featureNames.filter((_, column) =>
    rows.every((row) => !Number.isFinite(features.data[row * features.columns + column])),
  );
  const named =
    missing.length === 0 ? '' : ` ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} never finite there.`;
  return fail(
    'InvalidFeatures',
    `Fold ${fold?.id ?? '?'}: none of the ${rows.length} training rows has all ${features.columns} features.${named} Give more bars, or leave those features out.`,
    { trainingRows: rows.length, missing },
  );
}

function isConstant({ data, columns }: Matrix, rows: Int32Array, column: number): boolean {
  const first = data[(rows[0] ?? 0) * columns + column];
  return rows.every((row) => data[row * columns + column] === first);
}

function explain(input: NetFoldFit, series: WindowSeries, trained: TrainedNet): Result<Explanation> {
  const window = { lookback: input.settings.lookback, features: series.columns };
  // Loading a net is tracing it: not for those that have nothing to say.
  if (input.definition.plan(input.sizes, window).explain === undefined) {
    return ok({ variableWeights: null, attention: null });
  }
  const net = openFittedNet(input.definition, trained.modelBytes, input.engine);
  if (!net.ok) return net;
  try {
    const rows = expandRanges(input.targets[0]?.fold.choosing ?? []).slice(0, EXPLAINED_WINDOWS);
    const explained = net.value.explain(series, rows) ?? {};
    return ok({
      variableWeights: columnMeans(explained['variableWeights']),
      attention: columnMeans(explained['attention']),
    });
  } finally {
    net.value.dispose();
  }
}

function ofFeatures({ variableWeights, attention }: Explanation, scalerState: unknown): Explanation {
  const told = variableWeights === null ? null : importancesOfFeatures(variableWeights, scalerState);
  return { variableWeights: told, attention };
}

/** Mean of each column over the rows that have numbers; null where there are none. */
function columnMeans(matrix: Matrix | undefined): Float64Array | null {
  if (matrix === undefined) return null;
  const { data, rows, columns } = matrix;
  const means = new Float64Array(columns);
  let counted = 0;
  for (let row = 0; row < rows; row += 1) {
    if (!Number.isFinite(data[row * columns])) continue;
    counted += 1;
    for (let c = 0; c < columns; c += 1) means[c] = (means[c] ?? 0) + (data[row * columns + c] ?? 0);
  }
  return counted === 0 ? null : means.map((sum) => sum / counted);
}
