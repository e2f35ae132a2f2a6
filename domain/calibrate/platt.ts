import { logOdds } from './probability-rows';

/** P = 1 / (1 + exp(-(slope · log-odds + intercept))); slope 1 and intercept 0 change nothing. */
export interface PlattCurve {
  readonly slope: number;
  readonly intercept: number;
}

const MAX_ITERATIONS = 100;
/** Newton ends when the gradient of the mean loss is below this in both directions. */
const GRADIENT_TOLERANCE = 1e-11;
const MIN_STEP = 1e-10;
/** Share of the decrease that the gradient promises and a step must keep (Armijo). */
const SUFFICIENT_DECREASE = 1e-4;
/** Keeps the Hessian invertible where the scores hardly differ. */
const RIDGE = 1e-12;

/** Log-odds around their mean, with Platt's smoothed target of each row. */
interface PlattProblem {
  readonly centred: Float64Array;
  readonly targets: Float64Array;
}

/**
 * Platt scaling of a 0/1 outcome on the log-odds of its forecast, with Platt's smoothed targets (Platt 1999), solved by
 * the Newton method with line search of Lin, Lin & Weng (2007): scikit-learn's `_SigmoidCalibration` on log-odds.
 *
 * Centring the log-odds leaves the optimum where it is and keeps the Hessian well conditioned. Where all forecasts are
 * the same, the slope is 0 and every row gets the smoothed share.
 */
export function fitPlattCurve(probabilities: Float64Array, positive: Uint8Array): PlattCurve {
  const scores = probabilities.map(logOdds);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const problem: PlattProblem = { centred: scores.map((score) => score - mean), targets: smoothedTargets(positive) };
  const targetMean = problem.targets.reduce((sum, target) => sum + target, 0) / scores.length;
  const flat = { slope: 0, intercept: Math.log(targetMean / (1 - targetMean)) };
  const first = scores[0];
  if (scores.every((score) => score === first)) return flat;
  const solution = minimise(problem, flat);
  return { slope: solution.slope, intercept: solution.intercept - solution.slope * mean };
}

export function plattValue(curve: PlattCurve, probability: number): number {
  return sigmoid(curve.slope * logOdds(probability) + curve.intercept);
}

function smoothedTargets(positive: Uint8Array): Float64Array {
  const positives = positive.reduce((sum, flag) => sum + flag, 0);
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (positive.length - positives + 2);
  return Float64Array.from(positive, (flag) => (flag === 1 ? high : low));
}

function minimise(problem: PlattProblem, start: PlattCurve): PlattCurve {
  let current = start;
  let loss = meanLoss(problem, current);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration += 1) {
    const direction = newtonDirection(problem, current);
    if (direction === null) break;
    const next = searchLine(problem, current, loss, direction);
    if (next === null) break;
    current = next.curve;
    loss = next.loss;
  }
  return current;
}

interface Direction extends PlattCurve {
  /** Inner product of direction and gradient: negative for a descent. */
  readonly descent: number;
}

/** The Newton direction of the mean loss; null where the gradient has vanished. */
function newtonDirection(problem: PlattProblem, curve: PlattCurve): Direction | null {
  const { centred, targets } = problem;
  const rows = centred.length;
  let [gradientSlope, gradientIntercept, h11, h12, h22] = [0, 0, 0, 0, 0];
  for (let i = 0; i < rows; i += 1) {
    const score = centred[i] ?? 0;
    const p = sigmoid(curve.slope * score + curve.intercept);
    const residual = p - (targets[i] ?? 0);
    const weight = p * (1 - p);
    gradientSlope += score * residual;
    gradientIntercept += residual;
    h11 += score * score * weight;
    h12 += score * weight;
    h22 += weight;
  }
  gradientSlope /= rows;
  gradientIntercept /= rows;
  if (Math.max(Math.abs(gradientSlope), Math.abs(gradientIntercept)) < GRADIENT_TOLERANCE) return null;
  h11 = h11 / rows + RIDGE;
  h12 /= rows;
  h22 = h22 / rows + RIDGE;
  const determinant = h11 * h22 - h12 * h12;
  const slope = -(h22 * gradientSlope - h12 * gradientIntercept) / determinant;
  const intercept = -(h11 * gradientIntercept - h12 * gradientSlope) / determinant;
  return { slope, intercept, descent: gradientSlope * slope + gradientIntercept * intercept };
}

/** Halves the step until the loss falls enough; null where rounding no longer lets it fall. */
function searchLine(
  problem: PlattProblem,
  from: PlattCurve,
  loss: number,
  direction: Direction,
): { curve: PlattCurve; loss: number } | null {
  for (let step = 1; step >= MIN_STEP; step /= 2) {
    const curve = {
      slope: from.slope + step * direction.slope,
      intercept: from.intercept + step * direction.intercept,
    };
    const reached = meanLoss(problem, curve);
    if (reached < loss + SUFFICIENT_DECREASE * step * direction.descent) return { curve, loss: reached };
  }
  return null;
}

/** Cross-entropy against the smoothed targets, in the form that cannot overflow. */
function meanLoss({ centred, targets }: PlattProblem, curve: PlattCurve): number {
  let sum = 0;
  for (let i = 0; i < centred.length; i += 1) {
    const z = curve.slope * (centred[i] ?? 0) + curve.intercept;
    sum += Math.max(z, 0) - z * (targets[i] ?? 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }
  return sum / centred.length;
}

function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}
