import { emptyMatrix, type Matrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';

/** What stands before a model and was fitted on the same training rows. */
export interface Scaler<State = unknown> {
  /** Every row by itself. Another number of columns may come out than went in. */
  transform(features: Matrix): Matrix;
  /** Small JSON, exact in both directions. */
  toState(): State;
}

/** Mean and scale of every feature. */
export interface ScalerState {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

/**
 * Fits a standard scaler: mean and population standard deviation of each column, in two passes. A column that is constant
 * up to rounding (the bound of scikit-learn's StandardScaler) keeps scale 1. Fit it on training rows only; they must be
 * finite.
 */
export function fitScaler(features: Matrix): Scaler<ScalerState> {
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

/** Restores a scaler. `InvalidModel` where mean and scale are missing, disagree in length or a number cannot be one. */
export function scalerFromState(state: unknown): Result<Scaler<ScalerState>> {
  const { mean, scale } = Object(state) as { readonly mean?: unknown; readonly scale?: unknown };
  const usable =
    isNumbers(mean) && isNumbers(scale) && mean.length === scale.length && scale.every((value) => value > 0);
  if (usable) return ok(scalerOf(Float64Array.from(mean), Float64Array.from(scale)));
  return fail(
    'InvalidModel',
    `A scaler state needs as many finite means as positive scales; got ${countOf(mean)} and ${countOf(scale)}.`,
  );
}

export function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((entry) => Number.isFinite(entry));
}

function countOf(value: unknown): string {
  return Array.isArray(value) ? String(value.length) : 'none';
}

function scalerOf(mean: Float64Array, scale: Float64Array): Scaler<ScalerState> {
  return {
    transform: (features) => shiftAndScale(features, mean, scale),
    toState: () => ({ mean: [...mean], scale: [...scale] }),
  };
}

/** (x - shift) / scale of every element. Throws a RangeError for another number of columns. */
export function shiftAndScale(features: Matrix, shift: Float64Array, scale: Float64Array): Matrix {
  checkColumns(features, shift.length);
  const scaled = emptyMatrix(features.rows, features.columns);
  for (let i = 0; i < scaled.data.length; i += 1) {
    const c = i % features.columns;
    scaled.data[i] = ((features.data[i] ?? NaN) - (shift[c] ?? NaN)) / (scale[c] ?? NaN);
  }
  return scaled;
}

export function checkColumns({ columns }: Matrix, fittedOn: number): void {
  if (columns !== fittedOn) throw new RangeError(`The scaler was fitted on ${fittedOn} features, got ${columns}.`);
}

function isConstant(variance: number, mean: number, rows: number): boolean {
  const bound = rows * Number.EPSILON * variance + (rows * mean * Number.EPSILON) ** 2;
  return variance <= bound;
}
