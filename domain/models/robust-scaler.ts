import type { Matrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';
import { isNumbers, shiftAndScale, type Scaler } from './scaler';
import { quantileOf, sortedColumns } from './sorted-columns';

export interface RobustState {
  readonly kind: 'robust';
  readonly center: readonly number[];
  readonly scale: readonly number[];
}

/**
 * Fits (x - median) / (75 % quantile - 25 % quantile) of each column, as scikit-learn's RobustScaler: a few wild bars move
 * neither. A column whose middle half is one value keeps scale 1. Fit it on training rows only; they must be finite.
 */
export function fitRobustScaler(features: Matrix): Scaler<RobustState> {
  const sorted = sortedColumns(features);
  const scale = sorted.map((column) => {
    const range = quantileOf(column, 0.75) - quantileOf(column, 0.25);
    return range < 10 * Number.EPSILON ? 1 : range;
  });
  return robustOf(
    sorted.map((column) => quantileOf(column, 0.5)),
    scale,
  );
}

/** `InvalidModel` where centres and scales are missing, disagree in length or a number cannot be one. */
export function robustFromState(state: object): Result<Scaler<RobustState>> {
  const { center, scale } = state as { readonly center?: unknown; readonly scale?: unknown };
  const usable =
    isNumbers(center) && isNumbers(scale) && center.length === scale.length && scale.every((value) => value > 0);
  if (usable) return ok(robustOf(center, scale));
  return fail('InvalidModel', 'The state of a robust scaler needs as many finite centres as positive scales.');
}

function robustOf(center: readonly number[], scale: readonly number[]): Scaler<RobustState> {
  const [shift, width] = [Float64Array.from(center), Float64Array.from(scale)];
  return {
    transform: (features) => shiftAndScale(features, shift, width),
    toState: () => ({ kind: 'robust', center, scale }),
  };
}
