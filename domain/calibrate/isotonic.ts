/**
 * A non-decreasing piecewise linear map: the points (x[i], y[i]) joined by straight lines, constant outside them.
 * `x` is strictly ascending, `y` never falls.
 */
export interface IsotonicCurve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Neighbouring scores closer than this count as one, as in scikit-learn (the resolution of a double). */
const SAME_SCORE = 1e-15;

/**
 * Isotonic regression of a 0/1 outcome on a score by pooling adjacent violators (Ayer et al. 1955), with the result of
 * scikit-learn's `IsotonicRegression(out_of_bounds='clip')`: rows of equal score are averaged first, and only the first
 * and last score of each step are kept as points.
 *
 * The outcome is 0 or 1, so a step is a pair of whole numbers and steps are compared without rounding.
 */
export function fitIsotonicCurve(scores: Float64Array, positive: Uint8Array): IsotonicCurve {
  const hits = sortedScores(scores, positive, 1);
  const misses = sortedScores(scores, positive, 0);
  const steps = createSteps(scores.length);
  let [hit, miss] = [0, 0];
  while (hit < hits.length || miss < misses.length) {
    const score = Math.min(hits[hit] ?? Infinity, misses[miss] ?? Infinity);
    const [firstHit, firstMiss] = [hit, miss];
    while (hit < hits.length && (hits[hit] ?? NaN) - score < SAME_SCORE) hit += 1;
    while (miss < misses.length && (misses[miss] ?? NaN) - score < SAME_SCORE) miss += 1;
    steps.add(score, hit - firstHit, hit - firstHit + miss - firstMiss);
  }
  return steps.curve();
}

/** The curve at `score`; a score outside the fitted range takes the value at its nearer end, NaN stays NaN. */
export function isotonicValue(curve: IsotonicCurve, score: number): number {
  if (Number.isNaN(score)) return NaN;
  const { x, y } = curve;
  const last = x.length - 1;
  if (score <= (x[0] ?? NaN)) return y[0] ?? NaN;
  if (score >= (x[last] ?? NaN)) return y[last] ?? NaN;
  const upper = firstAbove(x, score);
  const lowX = x[upper - 1] ?? NaN;
  const lowY = y[upper - 1] ?? NaN;
  const highY = y[upper] ?? NaN;
  const slope = (highY - lowY) / ((x[upper] ?? NaN) - lowX);
  // Rounding may overshoot the upper point by one unit in the last place, which would break monotony.
  return Math.min(highY, slope * (score - lowX) + lowY);
}

/**
 * The scores of the rows with this outcome, ascending: numbers alone are sorted many times faster than rows by their number.
 */
function sortedScores(scores: Float64Array, positive: Uint8Array, outcome: 0 | 1): Float64Array {
  const chosen = new Float64Array(scores.length);
  let count = 0;
  for (let row = 0; row < scores.length; row += 1) {
    if (positive[row] !== outcome) continue;
    chosen[count] = scores[row] ?? NaN;
    count += 1;
  }
  return chosen.subarray(0, count).sort();
}

/** Steps that never fall, at most `capacity` of them: `positives` of `total` came true between the scores `firstX` and `lastX`. */
function createSteps(capacity: number): {
  add: (score: number, positives: number, total: number) => void;
  curve: () => IsotonicCurve;
} {
  const firstX = new Float64Array(capacity);
  const lastX = new Float64Array(capacity);
  const positives = new Float64Array(capacity);
  const totals = new Float64Array(capacity);
  let count = 0;
  /** Whether the share of the last step is strictly below p / t; the products are exact below 2^53. */
  const lastIsBelow = (p: number, t: number): boolean =>
    (positives[count - 1] ?? NaN) * t < p * (totals[count - 1] ?? NaN);
  return {
    add: (score, positive, rows) => {
      let [first, p, t] = [score, positive, rows];
      while (count > 0 && !lastIsBelow(p, t)) {
        count -= 1;
        first = firstX[count] ?? NaN;
        p += positives[count] ?? NaN;
        t += totals[count] ?? NaN;
      }
      firstX[count] = first;
      lastX[count] = score;
      positives[count] = p;
      totals[count] = t;
      count += 1;
    },
    curve: () => {
      const x: number[] = [];
      const y: number[] = [];
      for (let step = 0; step < count; step += 1) {
        const [from, to] = [firstX[step] ?? NaN, lastX[step] ?? NaN];
        const share = (positives[step] ?? NaN) / (totals[step] ?? NaN);
        x.push(from);
        y.push(share);
        if (to > from) {
          x.push(to);
          y.push(share);
        }
      }
      return { x, y };
    },
  };
}

/** The first index whose x lies above `score`; the caller knows that there is one. */
function firstAbove(x: readonly number[], score: number): number {
  let low = 0;
  let high = x.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((x[middle] ?? NaN) > score) high = middle;
    else low = middle + 1;
  }
  return low;
}
