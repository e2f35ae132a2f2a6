import { createHash } from 'node:crypto';
import { CLASS_NAMES } from '../../domain/core/classes';
import { FOLD_PARTS, type FoldPart } from '../../domain/core/folds';
import { fail, ok, type Result } from '../../domain/core/result';
import { intersectRanges, longestRun, windowEnds } from '../../domain/core/windows';
import type { NetPlan, ParameterSpec, WindowShape } from '../../domain/models/nets/contract';
import { parameterCount } from '../../domain/models/nets/flat-parameters';
import { netParameters, type Heads } from '../../domain/models/nets/heads';
import type { NetFit } from './contract';
import { classCounts, hasTarget, rowsWithTarget, weighTargets, type WeightedTarget } from './targets';

/** A fit that was looked over: what is learnt from, by which net. */
export interface PreparedFit {
  readonly plan: NetPlan;
  readonly heads: Heads;
  readonly window: WindowShape;
  readonly parameters: readonly ParameterSpec[];
  readonly parameterCount: number;
  readonly targets: readonly WeightedTarget[];
  /** Last rows of the windows that are learnt from, ascending. */
  readonly trainRows: Int32Array;
  /** Last rows of the windows that decide when to stop. */
  readonly stoppingRows: Int32Array;
  readonly stepsPerEpoch: number;
  /** See `Checkpoint`. */
  readonly identity: string;
}

/**
 * Checks a fit and finds its windows. An example of a part is a row that has a target for at least one horizon and a whole
 * window inside the part, where the part is what all horizons' folds agree on.
 *
 * `InvalidConfig` for settings that cannot be, `InvalidFeatures` where shapes disagree or no window is whole,
 * `InvalidSplits` for a lookback longer than a part, `InvalidLabels` for a horizon without labels or of one class only,
 * `InvalidModel` where the net's sizes do not fit the windows.
 */
export function prepareFit(fit: NetFit): Result<PreparedFit> {
  const fault = settingsFault(fit) ?? shapeFault(fit) ?? lookbackFault(fit);
  if (fault !== null) return fault;
  const { settings, series, targets } = fit;
  const window = { lookback: settings.lookback, features: series.columns };
  const heads = { horizons: targets.map(({ horizonBars }) => horizonBars), target: settings.target };
  const planned = planNet(fit, window);
  if (!planned.ok) return planned;

  const trainRows = examples(fit, 'train');
  const stoppingRows = examples(fit, 'stopping');
  const labelFault = labelsFault(fit, trainRows, stoppingRows);
  if (labelFault !== null) return labelFault;
  const weighted = weighTargets(targets, settings, trainRows);
  if (!weighted.ok) return weighted;
  const weightFault = weightsFault(weighted.value, trainRows);
  if (weightFault !== null) return weightFault;
  const parameters = netParameters(planned.value, heads);
  return ok({
    plan: planned.value,
    heads,
    window,
    parameters,
    parameterCount: parameterCount(parameters),
    targets: weighted.value,
    trainRows,
    stoppingRows,
    stepsPerEpoch: Math.ceil(trainRows.length / settings.batchSize),
    identity: identityOf(fit, parameters, trainRows.length),
  });
}

function examples({ series, targets, settings }: NetFit, part: FoldPart): Int32Array {
  const ranges = intersectRanges(targets.map(({ fold }) => fold[part]));
  return rowsWithTarget(targets, settings.target, windowEnds(series, ranges, settings.lookback));
}

function planNet({ definition, sizes }: NetFit, window: WindowShape): Result<NetPlan> {
  try {
    return ok(definition.plan(sizes, window));
  } catch (error) {
    if (error instanceof RangeError) return fail('InvalidModel', `models.${definition.name}: ${error.message}`);
    throw error;
  }
}

function settingsFault({ settings, targets }: NetFit): Result<never> | null {
  const { lookback, batchSize, maxEpochs, patience, learningRate } = settings;
  const counts = { lookback, batchSize, maxEpochs, patience };
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1)
      return fail('InvalidConfig', `nets.${name} is ${value}; give a whole number of at least 1.`);
  }
  if (!(learningRate > 0 && Number.isFinite(learningRate)))
    return fail('InvalidConfig', `The learning rate is ${learningRate}; give a positive number.`);
  const horizons = targets.map(({ horizonBars }) => horizonBars);
  if (horizons.length > 0 && new Set(horizons).size === horizons.length) return null;
  return fail('InvalidConfig', `A net learns one head for each horizon; got the horizons [${horizons.join(', ')}].`);
}

function shapeFault({ series, targets, featureNames }: NetFit): Result<never> | null {
  const { rows, columns, features, runLength } = series;
  const agree =
    columns === featureNames.length &&
    features.length === rows * columns &&
    runLength.length === rows &&
    targets.every(({ classIndex, returnAtr }) => classIndex.length === rows && returnAtr.length === rows);
  if (agree) return null;
  return fail(
    'InvalidFeatures',
    `Got ${rows} x ${columns} features and ${featureNames.length} names; expected a name for every column, and of every horizon a class and a return for each of the ${rows} rows.`,
  );
}

function lookbackFault({ series, targets, settings }: NetFit): Result<never> | null {
  for (const { fold, horizonBars } of targets) {
    for (const part of FOLD_PARTS) {
      const longest = longestRun(series, fold[part]);
      if (longest >= settings.lookback) continue;
      return fail(
        'InvalidSplits',
        `nets.lookback is ${settings.lookback} bars, but the ${part} part of fold ${fold.id} (horizon ${horizonBars}) has at most ${longest} usable bars in a row; shorten the lookback, lengthen the part, or mend gaps and missing features.`,
        { lookback: settings.lookback, longestRun: longest, part, fold: fold.id, horizonBars },
      );
    }
  }
  const ranges = intersectRanges(targets.map(({ fold }) => fold.train));
  if (windowEnds(series, ranges, settings.lookback).length > 0) return null;
  return fail('InvalidSplits', `No window of ${settings.lookback} bars lies in the training parts of all horizons.`);
}

function labelsFault(fit: NetFit, trainRows: Int32Array, stoppingRows: Int32Array): Result<never> | null {
  const { settings, targets } = fit;
  const advice = 'change the barrier multiples or the horizon, or give more bars.';
  for (const target of targets) {
    const { horizonBars, fold, classIndex } = target;
    const where = `Horizon ${horizonBars}, fold ${fold.id}:`;
    const labelled = trainRows.filter((row) => hasTarget(target, settings.target, row));
    if (labelled.length === 0) {
      return fail(
        'InvalidLabels',
        `${where} none of the ${trainRows.length} training windows has a label of this horizon; ${advice}`,
        { horizonBars, windows: trainRows.length },
      );
    }
    const present = CLASS_NAMES.filter((_, c) => (classCounts(classIndex, labelled)[c] ?? 0) > 0);
    if (settings.target === 'class' && present.length < 2) {
      return fail(
        'InvalidLabels',
        `${where} all ${labelled.length} training windows have the one class '${present.join('')}'; ${advice}`,
        { horizonBars, windows: labelled.length },
      );
    }
  }
  if (stoppingRows.length > 0) return null;
  return fail(
    'InvalidLabels',
    `No window of the stopping part has a label, so training would not know its end; ${advice}`,
  );
}

function weightsFault(targets: readonly WeightedTarget[], trainRows: Int32Array): Result<never> | null {
  for (const { horizonBars, weights } of targets) {
    const bad = trainRows.find((row) => !isWeight(weights[row] ?? NaN));
    if (bad === undefined) continue;
    const message = `Horizon ${horizonBars}: row ${bad} has weight ${weights[bad]}; weights must be finite and not negative.`;
    return fail('InvalidLabels', message);
  }
  return null;
}

function isWeight(weight: number): boolean {
  return Number.isFinite(weight) && weight >= 0;
}

/** Settings of nets, also such as training itself does not read, that change no step. */
const CHANGES_NO_STEP: ReadonlySet<string> = new Set(['checkpointSeconds', 'minMicroBatch', 'device']);

/** Everything that a checkpoint must agree on; what only says how often to save, or how to step down, is left out. */
function identityOf(fit: NetFit, parameters: readonly ParameterSpec[], trainRows: number): string {
  const { definition, sizes, seed, featureNames, targets } = fit;
  const settings = Object.entries(fit.settings).filter(([name]) => !CHANGES_NO_STEP.has(name));
  const layout = parameters.map(({ name, shape }) => [name, shape]);
  const horizons = targets.map(({ horizonBars, fold }) => [horizonBars, fold.id]);
  const material = JSON.stringify({ layout, sizes, settings, seed, featureNames, horizons, trainRows });
  const hash = createHash('sha256').update(material).digest('hex').slice(0, 32);
  return `${definition.name}@${definition.version}:${hash}`;
}
