import { CLASS_COUNT } from '../core/classes';
import { emptyMatrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';
import { successionShares, weighClasses, type ClassWeights } from './class-weights';
import type { FitContext, FittedModel, LabelledRows } from './contract';
import { encodeModel, numbersOf } from './model-bytes';
import { fitSoftmax, softmaxRow } from './softmax-regression';

export const LOGISTIC = { name: 'logistic', version: 1 } as const;

export interface MultinomialSettings {
  /** Strength of the penalty (l2 / 2) · Σ weights² on the mean loss; must be positive. */
  readonly l2: number;
  readonly maxIterations: number;
  /** The fit ends when no component of the gradient is larger than this. */
  readonly tolerance: number;
}

/** Everything a fitted model is made of. */
interface LogisticState {
  readonly featureCount: number;
  /** Classes that occurred in training, ascending; the others get `absentShare` each. */
  readonly classes: readonly number[];
  readonly absentShare: number;
  /** Class by class: weights of the features, then the intercept. */
  readonly coefficients: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Multinomial logistic regression with an L2 penalty: the linear baseline. Rows must be scaled and finite. A class that
 * does not occur in training gets 1 / (rows + classes) everywhere (rule of succession), since its intercept would run off
 * to minus infinity.
 */
export function fitMultinomial(
  train: LabelledRows,
  params: MultinomialSettings,
  context: Pick<FitContext, 'onProgress'>,
): Result<FittedModel> {
  const weights = weighClasses(train);
  if (!weights.ok) return weights;
  const state = fitState(train, weights.value, params, context);
  if (!state.coefficients.every((value) => Number.isFinite(value))) {
    const message = `The logistic fit became NaN or infinite after ${state.iterations} iterations; all features must be finite.`;
    return fail('NumericalFailure', message, { iterations: state.iterations });
  }
  return ok(logisticModel(state));
}

/** Loads what `fitMultinomial` saved, from the body of its envelope. */
export function multinomialFromBody(body: Readonly<Record<string, unknown>>): Result<FittedModel> {
  const state = parseState(body);
  return state === null
    ? fail('InvalidModel', 'The saved logistic model has missing or wrong numbers.')
    : ok(logisticModel(state));
}

function fitState(
  train: LabelledRows,
  { perClass, total }: ClassWeights,
  params: MultinomialSettings,
  context: Pick<FitContext, 'onProgress'>,
): LogisticState {
  const classes = [...perClass.keys()].filter((c) => (perClass[c] ?? 0) > 0);
  const absent = [...perClass.keys()].find((c) => perClass[c] === 0);
  const labels = train.labels.map((label) => Math.max(0, classes.indexOf(label)));
  const { maxIterations: steps, tolerance } = params;
  const minimum = fitSoftmax(
    { rows: { ...train, labels }, classCount: classes.length, l2: params.l2 },
    { maxIterations: steps, tolerance, onIteration: (step, loss) => context.onProgress({ step, steps, loss }) },
  );
  return {
    featureCount: train.features.columns,
    classes,
    absentShare: absent === undefined ? 0 : (successionShares({ perClass, total })[absent] ?? 0),
    coefficients: Number.isFinite(minimum.value) ? minimum.point : minimum.point.fill(NaN),
    iterations: minimum.iterations,
    converged: minimum.converged,
  };
}

function logisticModel(state: LogisticState): FittedModel {
  const { featureCount, classes, absentShare, coefficients } = state;
  const presentShare = 1 - absentShare * (CLASS_COUNT - classes.length);
  return {
    family: LOGISTIC.name,
    importances: meanAbsoluteWeights(state),
    predictProbabilities: (features) => {
      if (features.columns !== featureCount) {
        throw new RangeError(`The logistic model was fitted on ${featureCount} features, got ${features.columns}.`);
      }
      const probabilities = emptyMatrix(features.rows, CLASS_COUNT);
      probabilities.data.fill(absentShare);
      const shares = new Float64Array(classes.length);
      for (let r = 0; r < features.rows; r += 1) {
        softmaxRow(coefficients, features, r, shares);
        for (const [k, c] of classes.entries())
          probabilities.data[r * CLASS_COUNT + c] = presentShare * (shares[k] ?? NaN);
      }
      return probabilities;
    },
    toBytes: () => encodeModel(LOGISTIC, { ...state, coefficients: [...coefficients] }),
    dispose: () => undefined,
  };
}

/** Mean over classes of |weight|: on scaled features, how far a standard deviation moves the log-odds. */
function meanAbsoluteWeights({ featureCount, classes, coefficients }: LogisticState): Float64Array {
  const importances = new Float64Array(featureCount);
  for (const k of classes.keys()) {
    for (let c = 0; c < featureCount; c += 1) {
      const weight = Math.abs(coefficients[k * (featureCount + 1) + c] ?? 0);
      importances[c] = (importances[c] ?? 0) + weight / classes.length;
    }
  }
  return importances;
}

function parseState(body: Readonly<Record<string, unknown>>): LogisticState | null {
  const { featureCount, absentShare, iterations, converged } = body;
  const classes = numbersOf(body, 'classes');
  if (typeof featureCount !== 'number' || typeof absentShare !== 'number' || classes === null) return null;
  if (typeof iterations !== 'number' || typeof converged !== 'boolean') return null;
  if (!classes.every((c) => Number.isInteger(c) && c >= 0 && c < CLASS_COUNT)) return null;
  const coefficients = numbersOf(body, 'coefficients', classes.length * (featureCount + 1));
  if (coefficients === null) return null;
  return { featureCount, classes: [...classes], absentShare, coefficients, iterations, converged };
}
