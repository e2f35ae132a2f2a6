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

/** Rows pooled into one step: they span the scores [firstX, lastX], and `positives` of `total` came true. */
interface Block {
  readonly firstX: number;
  readonly lastX: number;
  readonly positives: number;
  readonly total: number;
}

/**
 * Isotonic regression of a 0/1 outcome on a score by pooling adjacent violators (Ayer et al. 1955), with the result of
 * scikit-learn's `IsotonicRegression(out_of_bounds='clip')`: rows of equal score are averaged first, and only the first
 * and last score of each step are kept as points.
 *
 * The outcome is 0 or 1, so a step is a pair of whole numbers and steps are compared without rounding.
 */
export function fitIsotonicCurve(scores: Float64Array, positive: Uint8Array): IsotonicCurve {
  const blocks: Block[] = [];
  for (const group of groupsOfEqualScore(scores, positive)) {
    let pooled = group;
    for (let last = blocks.at(-1); last !== undefined && !isBelow(last, pooled); last = blocks.at(-1)) {
      blocks.pop();
      pooled = join(last, pooled);
    }
    blocks.push(pooled);
  }
  const x: number[] = [];
  const y: number[] = [];
  for (const block of blocks) {
    const share = block.positives / block.total;
    x.push(block.firstX);
    y.push(share);
    if (block.lastX > block.firstX) {
      x.push(block.lastX);
      y.push(share);
    }
  }
  return { x, y };
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

function groupsOfEqualScore(scores: Float64Array, positive: Uint8Array): Block[] {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const groups: Block[] = [];
  for (const row of order) {
    const score = scores[row] ?? NaN;
    const single: Block = { firstX: score, lastX: score, positives: positive[row] ?? 0, total: 1 };
    const open = groups.at(-1);
    if (open !== undefined && score - open.firstX < SAME_SCORE) {
      groups[groups.length - 1] = { ...join(open, single), lastX: open.firstX };
    } else {
      groups.push(single);
    }
  }
  return groups;
}

/** Whether the share of `a` is strictly below that of `b`; the products are exact below 2^53. */
function isBelow(a: Block, b: Block): boolean {
  return a.positives * b.total < b.positives * a.total;
}

function join(a: Block, b: Block): Block {
  return { firstX: a.firstX, lastX: b.lastX, positives: a.positives + b.positives, total: a.total + b.total };
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
