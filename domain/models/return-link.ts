import { CLASS_COUNT, NO_CLASS } from '../core/classes';
import { emptyMatrix, gatherRows, type Matrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';
import type { FittedModel, LabelledRows } from './contract';
import { decodeModel, encodeModel, numbersOf, type ModelBody } from './model-bytes';
import { LOGISTIC, fitMultinomial, multinomialFromBody } from './multinomial-logistic';

/** Raised when the same returns may give another link; part of the key of every fit that has one. 2: whatever their size. */
export const RETURN_LINK_VERSION = 2;

/** Next to no penalty, on returns in standard deviations. */
const LINK_SETTINGS = { l2: 1e-6, maxIterations: 200, tolerance: 1e-8 };
/** Share of the mean below which a deviation is rounding. */
const LEAST_DEVIATION = 1e-12;

/** A fitted model of returns in ATR, before they are made into probabilities. */
export interface ReturnModel {
  /** (rows x features) -> (rows x 1). */
  readonly predictReturns: (features: Matrix) => Matrix;
  readonly importances: Float64Array | null;
  /** What each feature adds to a return: (rows x (features + 1)), the bias last. Not there where a family has none. */
  readonly contributions?: (features: Matrix) => Matrix;
  /** What is saved of it. */
  readonly body: ModelBody;
  readonly dispose: () => void;
}

/**
 * What turns predicted returns into probabilities, for nets and models of rows alike: a multinomial logistic model of the
 * class on the one return, fitted on rows that the model did not learn from. Rows without a class are passed over.
 *
 * Fitted on returns about their mean, in standard deviations: a model that was stopped early says hundredths of an ATR, and
 * its penalty must not weigh more for that.
 */
export function fitReturnLink(returns: Matrix, labels: ArrayLike<number>): Result<FittedModel> {
  const rows = Int32Array.from({ length: returns.rows }, (_, r) => r).filter(
    (r) => (labels[r] ?? NO_CLASS) !== NO_CLASS,
  );
  const learnt = gatherRows(returns, rows);
  const unit = unitOf(learnt.data);
  const features = { ...learnt, data: learnt.data.map((value) => (value - unit.mean) / unit.deviation) };
  const train = { features, labels: rows.map((r) => labels[r] ?? NO_CLASS) };
  const link = fitMultinomial(train, LINK_SETTINGS, { onProgress: () => undefined });
  if (link.ok) return ofReturns(link.value, unit);
  const { code, message } = link.fault;
  return fail(code, `Returns cannot be turned into probabilities on the stopping part. ${message}`);
}

interface Unit {
  readonly mean: number;
  readonly deviation: number;
}

/** Of returns that are all the same the deviation is 1. */
function unitOf(values: Float64Array): Unit {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation: deviation > LEAST_DEVIATION * Math.abs(mean) ? deviation : 1 };
}

/** The link as it stands for returns in ATR, in whose place it was fitted on others. */
function ofReturns(link: FittedModel, { mean, deviation }: Unit): Result<FittedModel> {
  const body = decodeModel(LOGISTIC, link.toBytes());
  if (!body.ok) return body;
  const coefficients = [...(numbersOf(body.value, 'coefficients') ?? [])];
  // Class by class a slope and an intercept.
  for (let i = 0; i < coefficients.length; i += 2) {
    const slope = (coefficients[i] ?? NaN) / deviation;
    coefficients[i] = slope;
    coefficients[i + 1] = (coefficients[i + 1] ?? NaN) - slope * mean;
  }
  return multinomialFromBody({ ...body.value, coefficients });
}

/** Loads a link from the text that it was saved as. */
export function openReturnLink(text: string): Result<FittedModel> {
  const body = decodeModel(LOGISTIC, new TextEncoder().encode(text));
  return body.ok ? multinomialFromBody(body.value) : body;
}

/** The text that a link is saved as. */
export function returnLinkText(link: FittedModel): string {
  return new TextDecoder().decode(link.toBytes());
}

/** Returns (rows x 1) to probabilities; a missing return gives missing probabilities. */
export function throughLink(link: FittedModel, returns: Matrix): Matrix {
  const probabilities = link.predictProbabilities(returns);
  for (const [r, value] of returns.data.entries()) {
    if (Number.isNaN(value)) probabilities.data.fill(NaN, r * CLASS_COUNT, (r + 1) * CLASS_COUNT);
  }
  return probabilities;
}

/** The returns to learn; `InvalidLabels` where there are none, one is not finite, or their number is another. */
export function checkReturns({ features, returns, weights }: LabelledRows): Result<Float64Array> {
  const counts = [returns?.length ?? 0, weights?.length ?? features.rows];
  if (returns === undefined || features.rows === 0 || counts.some((count) => count !== features.rows)) {
    return fail(
      'InvalidLabels',
      `Got ${features.rows} rows of features, ${returns?.length ?? 'no'} returns and ${weights?.length ?? 'no'} weights; expected at least one row and one of each for every row.`,
    );
  }
  const wrong = returns.findIndex((value, r) => !(Number.isFinite(value) && (weights?.[r] ?? 1) >= 0));
  if (wrong < 0) return ok(returns);
  return fail(
    'InvalidLabels',
    `Training row ${wrong} has the return ${returns[wrong]} and the weight ${weights?.[wrong] ?? 1}; expected finite numbers, the weight at least 0.`,
  );
}

/** The model with its link, fitted on the stopping part; frees the model where that fails. */
export function fitLinked(
  family: { readonly name: string; readonly version: number },
  model: ReturnModel,
  stopping: LabelledRows,
): Result<FittedModel> {
  const link = fitReturnLink(model.predictReturns(stopping.features), stopping.labels);
  if (link.ok) return ok(linkedModel(family, model, link.value));
  model.dispose();
  return link;
}

/** Whether the body of an envelope is that of a model of returns. */
export function isLinked(body: Readonly<Record<string, unknown>>): boolean {
  return typeof body['link'] === 'string';
}

/** Loads what a linked model saved; `model` is what the family made of its own part of the body. */
export function linkedFromBody(
  family: { readonly name: string; readonly version: number },
  model: ReturnModel,
  body: Readonly<Record<string, unknown>>,
): Result<FittedModel> {
  const link = openReturnLink(String(body['link']));
  if (link.ok) return ok(linkedModel(family, model, link.value));
  model.dispose();
  return link;
}

function linkedModel(
  family: { readonly name: string; readonly version: number },
  model: ReturnModel,
  link: FittedModel,
): FittedModel {
  return {
    family: family.name,
    importances: model.importances,
    predictProbabilities: (features) => throughLink(link, model.predictReturns(features)),
    ...linkedContributions(model, link),
    toBytes: () => encodeModel(family, { ...model.body, link: returnLinkText(link) }),
    dispose: model.dispose,
  };
}

/** The link is linear: what a feature adds to a return, it adds to the score of a class by the class's slope. */
function linkedContributions({ contributions }: ReturnModel, link: FittedModel): Pick<FittedModel, 'contributions'> {
  const lines = scoreLines(link);
  if (contributions === undefined || lines === null) return {};
  return {
    contributions: (features) => {
      const given = contributions(features);
      const all = emptyMatrix(given.rows, CLASS_COUNT * given.columns);
      for (let row = 0; row < given.rows; row += 1) {
        for (const [k, { slope, intercept }] of lines.entries()) {
          const from = (row * CLASS_COUNT + k) * given.columns;
          for (let c = 0; c < given.columns; c += 1) {
            const isBias = c === given.columns - 1;
            all.data[from + c] = slope * (given.data[row * given.columns + c] ?? NaN) + (isBias ? intercept : 0);
          }
        }
      }
      return all;
    },
  };
}

/** How the score of each class depends on the return; level for a class that the stopping part lacked. */
function scoreLines(link: FittedModel): readonly { readonly slope: number; readonly intercept: number }[] | null {
  const body = decodeModel(LOGISTIC, link.toBytes());
  const classes = body.ok ? numbersOf(body.value, 'classes') : null;
  const coefficients = body.ok ? numbersOf(body.value, 'coefficients') : null;
  if (classes === null || coefficients === null) return null;
  return Array.from({ length: CLASS_COUNT }, (_, c) => {
    const k = classes.indexOf(c);
    return k < 0
      ? { slope: 0, intercept: 0 }
      : { slope: coefficients[2 * k] ?? NaN, intercept: coefficients[2 * k + 1] ?? NaN };
  });
}
