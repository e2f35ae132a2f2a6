import { fail, type Result } from '../core/result';
import type { FitContext, FitTarget, FittedModel, LabelledRows, RowFamily } from './contract';
import { decodeModel, numbersOf } from './model-bytes';
import { LOGISTIC, fitMultinomial, multinomialFromBody, type MultinomialSettings } from './multinomial-logistic';
import { checkReturns, fitLinked, isLinked, linkedFromBody, type ReturnModel } from './return-link';
import { fitRidge, predictLinear } from './ridge';

export interface LogisticSettings extends MultinomialSettings {
  /** Absent: class. */
  readonly target?: FitTarget;
}

/**
 * The linear baseline: multinomial logistic regression of the class or, with the target `return`, ridge regression of the
 * return in ATR under the same penalty, whose answer is made into probabilities as a net's is. Rows must be scaled.
 */
export const logisticFamily: RowFamily<LogisticSettings> = {
  kind: 'rows',
  ...LOGISTIC,
  wantsScaledFeatures: true,
  fit: (train, stopping, params, context) => {
    if (!(params.l2 > 0)) {
      const message = `models.logistic.l2 must be positive, got ${params.l2}: without a penalty separable data has no optimum.`;
      return Promise.resolve(fail('InvalidModel', message));
    }
    const fitted =
      params.target === 'return'
        ? fitReturns(train, stopping, params, context)
        : fitMultinomial(train, params, context);
    return Promise.resolve(fitted);
  },
  fromBytes: (bytes) => {
    const body = decodeModel(LOGISTIC, bytes);
    if (!body.ok) return body;
    if (!isLinked(body.value)) return multinomialFromBody(body.value);
    const coefficients = numbersOf(body.value, 'coefficients');
    return coefficients === null || coefficients.length < 1
      ? fail('InvalidModel', 'The saved linear model of returns has missing or wrong numbers.')
      : linkedFromBody(LOGISTIC, linearModel(coefficients), body.value);
  },
};

function fitReturns(
  train: LabelledRows,
  stopping: LabelledRows,
  { l2 }: LogisticSettings,
  context: FitContext,
): Result<FittedModel> {
  const returns = checkReturns(train);
  if (!returns.ok) return returns;
  const { features, weights } = train;
  const coefficients = fitRidge({
    features,
    targets: returns.value,
    l2,
    ...(weights === undefined ? {} : { weights }),
  });
  context.onProgress({ step: 1, steps: 1, loss: null });
  if (!coefficients.every((value) => Number.isFinite(value))) {
    return fail('NumericalFailure', 'The linear fit of returns became NaN or infinite; all features must be finite.');
  }
  const model = linearModel(coefficients);
  return fitLinked(LOGISTIC, model, stopping);
}

function linearModel(coefficients: Float64Array): ReturnModel {
  const featureCount = coefficients.length - 1;
  return {
    importances: coefficients.subarray(0, featureCount).map(Math.abs),
    predictReturns: (features) => {
      if (features.columns !== featureCount) {
        throw new RangeError(`The linear model was fitted on ${featureCount} features, got ${features.columns}.`);
      }
      return predictLinear(coefficients, features);
    },
    body: { coefficients: [...coefficients] },
    dispose: () => undefined,
  };
}
