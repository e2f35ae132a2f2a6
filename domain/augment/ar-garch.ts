import { logGamma } from '../core/log-gamma';
import { fail, ok, type Result } from '../core/result';
import { minimiseBySimplex } from './nelder-mead';

/**
 * AR(1)-GARCH(1,1): r_t = constant + ar·r_{t-1} + e_t, e_t = sqrt(h_t)·z_t, h_t = omega + alpha·e²_{t-1} + beta·h_{t-1}, with
 * z_t of Student's t distribution with `degrees` degrees of freedom, scaled to variance 1.
 */
export interface ArGarch {
  readonly constant: number;
  readonly ar: number;
  readonly omega: number;
  readonly alpha: number;
  readonly beta: number;
  readonly degrees: number;
}

/** What the model makes of a series: parallel to the returns but for the first, which has none before it. */
export interface ArGarchFilter {
  /** sqrt(h_t), known before the return. */
  readonly deviation: Float64Array;
  /** z_t. */
  readonly innovation: Float64Array;
  readonly logLikelihood: number;
}

/** Fewer returns tell six parameters too little. */
const MIN_RETURNS = 250;
/** More returns move the estimates by less than they are worth: the last ones are used. */
const MAX_RETURNS = 50_000;
const SEARCH = { maxEvaluations: 1_500, tolerance: 1e-7, step: 0.4 };
const MAX_PERSISTENCE = 0.9999;
const MIN_DEGREES = 2.05;
/** Weights of the variance before the first return: RiskMetrics' 0.94 over the first 75. */
const BACKCAST = { decay: 0.94, values: 75 };

/**
 * Fits by quasi-maximum likelihood (Bollerslev 1987), of a longer series on its last 50 000 returns. The likelihood is that of
 * the Python package `arch`: conditional on the first return, the variance before the second one backcast.
 *
 * @returns `InvalidAugmentation` for fewer than 250 returns, and for returns that do not move
 */
export function fitArGarch(returns: Float64Array): Result<ArGarch> {
  const used = returns.subarray(Math.max(0, returns.length - MAX_RETURNS));
  const scale = Math.sqrt(used.reduce((sum, value) => sum + value * value, 0) / used.length);
  if (used.length < MIN_RETURNS || !(scale > 0)) {
    return fail(
      'InvalidAugmentation',
      `AR-GARCH is fitted on at least ${MIN_RETURNS} returns that move; there are ${used.length} in training, whose root mean square is ${scale}. Give more bars, or another augmentation.kind.`,
      { returns: used.length },
    );
  }
  // Of order 1, so that one step of the search suits all parameters.
  const scaled = used.map((value) => value / scale);
  const backcast = backcastVariance(scaled);
  const cost = (point: readonly number[]): number => -logLikelihoodOf(scaled, modelAt(point), backcast, null);
  const first = STARTS.map((point) => ({ point, value: cost(point) })).sort((a, b) => a.value - b.value)[0];
  let best = minimiseBySimplex(cost, first?.point ?? [], SEARCH);
  // A simplex may collapse on its way; begun anew at its end it goes on if it had.
  for (let again = 0; again < 2; again += 1) best = minimiseBySimplex(cost, best.point, SEARCH);
  const { constant, omega, ...model } = modelAt(best.point);
  if (!Number.isFinite(best.value)) {
    return fail(
      'InvalidAugmentation',
      'No AR-GARCH model fits the training returns; choose another augmentation.kind.',
    );
  }
  return ok({ ...model, constant: constant * scale, omega: omega * scale * scale });
}

/** Standardises a series by the model: what stands behind each return, element t belonging to return t + 1. */
export function filterArGarch(returns: Float64Array, model: ArGarch): ArGarchFilter {
  const count = Math.max(0, returns.length - 1);
  const columns = { deviation: new Float64Array(count), innovation: new Float64Array(count) };
  return { ...columns, logLikelihood: logLikelihoodOf(returns, model, backcastVariance(returns), columns) };
}

/** The logarithm of the likelihood; fills `out` on its way where it is given. */
function logLikelihoodOf(
  returns: Float64Array,
  { constant, ar, omega, alpha, beta, degrees }: ArGarch,
  backcast: number,
  out: Pick<ArGarchFilter, 'deviation' | 'innovation'> | null,
): number {
  const { log, log1p } = Math;
  const half = (degrees + 1) / 2;
  const norm = logGamma(half) - logGamma(degrees / 2) - 0.5 * Math.log(Math.PI * (degrees - 2));
  let variance = omega + (alpha + beta) * backcast;
  let before = returns[0] ?? NaN;
  let sum = (returns.length - 1) * norm;
  for (let t = 1; t < returns.length; t += 1) {
    const value = returns[t] ?? NaN;
    const residual = value - constant - ar * before;
    const square = residual * residual;
    sum -= 0.5 * log(variance) + half * log1p(square / (variance * (degrees - 2)));
    if (out !== null) {
      const deviation = Math.sqrt(variance);
      out.deviation[t - 1] = deviation;
      out.innovation[t - 1] = residual / deviation;
    }
    variance = omega + alpha * square + beta * variance;
    before = value;
  }
  return sum;
}

/** Weighted mean square of the first residuals of an ordinary AR(1) regression. */
function backcastVariance(returns: Float64Array): number {
  const { constant, ar } = leastSquares(returns);
  let [sum, weights, weight] = [0, 0, 1];
  for (let t = 1; t <= Math.min(BACKCAST.values, returns.length - 1); t += 1) {
    const e = (returns[t] ?? NaN) - constant - ar * (returns[t - 1] ?? NaN);
    sum += weight * e * e;
    weights += weight;
    weight *= BACKCAST.decay;
  }
  return sum / weights;
}

function leastSquares(returns: Float64Array): Pick<ArGarch, 'constant' | 'ar'> {
  const [from, to] = [returns.subarray(0, -1), returns.subarray(1)];
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanFrom, meanTo] = [mean(from), mean(to)];
  let [cross, square] = [0, 0];
  for (let i = 0; i < from.length; i += 1) {
    const x = (from[i] ?? NaN) - meanFrom;
    cross += x * ((to[i] ?? NaN) - meanTo);
    square += x * x;
  }
  const ar = square > 0 ? cross / square : 0;
  return { constant: meanTo - ar * meanFrom, ar };
}

/** The search runs over all real numbers: constant, ar, omega, persistence alpha + beta, alpha's share of it, degrees. */
function modelAt([
  constant = 0,
  ar = 0,
  omega = 0,
  persistence = 0,
  share = 0,
  degrees = 0,
]: readonly number[]): ArGarch {
  const whole = MAX_PERSISTENCE * logistic(persistence);
  const alpha = whole * logistic(share);
  return {
    constant,
    ar: Math.tanh(ar),
    omega: Math.exp(omega),
    alpha,
    beta: whole - alpha,
    degrees: MIN_DEGREES + Math.exp(degrees),
  };
}

/** Where a search may begin: quiet and strong reactions, short and long memories, of returns of variance 1. */
const STARTS: readonly (readonly number[])[] = [0.8, 0.95, 0.99].flatMap((persistence) =>
  [0.05, 0.15].map((alpha) => [
    0,
    0,
    Math.log(1 - persistence),
    logit(persistence / MAX_PERSISTENCE),
    logit(alpha / persistence),
    Math.log(4),
  ]),
);

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function logit(p: number): number {
  return Math.log(p / (1 - p));
}
