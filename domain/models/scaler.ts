import { emptyMatrix, type Matrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';

/** Mean and scale of every feature: small JSON, exact in both directions. */
export interface ScalerState {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

/** (x - mean) / scale for every feature. */
export interface Scaler {
  transform(features: Matrix): Matrix;
  toState(): ScalerState;
}

/**
 * Fits a standard scaler: mean and population standard deviation of each column, in two passes. A column that is constant
 * up to rounding (the bound of scikit-learn's StandardScaler) keeps scale 1. Fit it on training rows only; they must be
 * finite.
 */
export function fitScaler(features: Matrix): Scaler {
  const { data, rows, columns } = features;
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  for (let i = 0; i < data.length; i += 1) mean[i % columns] = (mean[i % columns] ?? 0) + (data[i] ?? 0) / rows;
  for (let i = 0; i < data.length; i += 1) {
    const deviation = (data[i] ?? 0) - (mean[i % columns] ?? 0);
    variance[i % columns] = (variance[i % columns] ?? 0) + (deviation * deviation) / rows;
  }
  const scale = variance.map((v, c) => (isConstant(v, mean[c] ?? 0, rows) ? 1 : Math.sqrt(v)));
  return scalerOf(mean, scale);
}

/** Restores a scaler. `InvalidModel` where mean and scale disagree in length or a number cannot be one. */
export function scalerFromState(state: ScalerState): Result<Scaler> {
  const usable =
    state.mean.length === state.scale.length &&
    state.mean.every((value) => Number.isFinite(value)) &&
    state.scale.every((value) => Number.isFinite(value) && value > 0);
  if (!usable) {
    return fail(
      'InvalidModel',
      `A scaler state needs as many finite means as positive scales; got ${state.mean.length} and ${state.scale.length}.`,
    );
  }
  return ok(scalerOf(Float64Array.from(state.mean), Float64Array.from(state.scale)));
}

function scalerOf(mean: Float64Array, scale: Float64Array): Scaler {
  return {
    transform: (features) => {
      if (features.columns !== mean.length) {
        throw new RangeError(`The scaler was fitted on ${mean.length} features, got ${features.columns}.`);
      }
      const scaled = emptyMatrix(features.rows, features.columns);
      for (let i = 0; i < scaled.data.length; i += 1) {
        const c = i % features.columns;
        scaled.data[i] = ((features.data[i] ?? NaN) - (mean[c] ?? NaN)) / (scale[c] ?? NaN);
      }
      return scaled;
    },
    toState: () => ({ mean: [...mean], scale: [...scale] }),
  };
}

function isConstant(variance: number, mean: number, rows: number): boolean {
  const bound = rows * Number.EPSILON * variance + (rows * mean * Number.EPSILON) ** 2;
  return variance <= bound;
}
