import { emptyMatrix, type Matrix } from '../core/matrix';
import { normalQuantile } from '../core/normal';
import { fail, ok, type Result } from '../core/result';
import { checkColumns, isNumbers, type Scaler } from './scaler';
import { quantileOf, sortedColumns } from './sorted-columns';

export interface QuantileState {
  readonly kind: 'quantile';
  /** Of each feature the quantiles of the training rows at equal distances, from the least to the greatest. */
  readonly knots: readonly (readonly number[])[];
}

/** A knot at every hundredth: states of fifty features stay near 100 kB. */
const MAX_KNOTS = 101;
/** scikit-learn's bound: what lies at or beyond the ends counts as this share, and nothing goes beyond it. */
const END_SHARE = 1e-7 - Number.EPSILON;
const LOWEST = normalQuantile(END_SHARE);
const HIGHEST = normalQuantile(1 - END_SHARE);

/**
 * Fits scikit-learn's QuantileTransformer with normal output: a value becomes its share among the training rows, by
 * interpolation between knots, and that the normal score of the share; every feature is then nearly standard normal in
 * training, and at most 5.2 in size. Of a stretch of equal knots the middle of their shares is taken. Unlike there a
 * constant column becomes 0, not the lowest score. Fit it on training rows only; they must be finite.
 */
export function fitQuantileScaler(features: Matrix): Scaler<QuantileState> {
  const count = Math.min(MAX_KNOTS, features.rows);
  const knots = sortedColumns(features).map((column) => {
    const raw = Array.from({ length: count }, (_, k) => quantileOf(column, count === 1 ? 0 : k / (count - 1)));
    // Interpolation may round a knot below the one before it.
    return raw.map((_, k) => Math.max(...raw.slice(0, k + 1)));
  });
  return quantileScalerOf(knots);
}

/** `InvalidModel` where knots are missing, no numbers or not ascending. */
export function quantileFromState(state: object): Result<Scaler<QuantileState>> {
  const { knots } = state as { readonly knots?: unknown };
  if (Array.isArray(knots) && knots.every(isKnots)) return ok(quantileScalerOf(knots));
  return fail('InvalidModel', 'The state of a quantile scaler needs ascending finite knots of every feature.');
}

function isKnots(value: unknown): value is readonly number[] {
  return isNumbers(value) && value.length > 0 && value.every((knot, k) => knot >= (value[k - 1] ?? -Infinity));
}

function quantileScalerOf(knots: readonly (readonly number[])[]): Scaler<QuantileState> {
  return {
    transform: (features) => {
      checkColumns(features, knots.length);
      const scaled = emptyMatrix(features.rows, features.columns);
      for (let i = 0; i < scaled.data.length; i += 1) {
        scaled.data[i] = normalScore(features.data[i] ?? NaN, knots[i % features.columns] ?? []);
      }
      return scaled;
    },
    toState: () => ({ kind: 'quantile', knots }),
  };
}

function normalScore(value: number, knots: readonly number[]): number {
  const [lowest, highest] = [knots[0] ?? NaN, knots.at(-1) ?? NaN];
  // An infinite value is a missing one: no score may make it look ordinary.
  if (!Number.isFinite(value)) return NaN;
  if (lowest === highest) return 0;
  if (value - 1e-7 < lowest) return LOWEST;
  if (value + 1e-7 > highest) return HIGHEST;
  const share = (shareFrom(value, knots, 'above') + shareFrom(value, knots, 'below')) / 2;
  return Math.min(HIGHEST, Math.max(LOWEST, normalQuantile(share)));
}

/** The share at a value, where several knots are equal that of the last one, or that of the first. */
function shareFrom(value: number, knots: readonly number[], side: 'above' | 'below'): number {
  // `next` becomes the first knot above the value, or at or above it.
  let [next, end] = [0, knots.length];
  while (next < end) {
    const middle = (next + end) >> 1;
    const knot = knots[middle] ?? NaN;
    if (side === 'above' ? knot > value : knot >= value) end = middle;
    else next = middle + 1;
  }
  const [low, high] = [knots[next - 1] ?? NaN, knots[next] ?? NaN];
  return (next - 1 + (value - low) / (high - low)) / (knots.length - 1);
}
