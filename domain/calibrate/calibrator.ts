import { CLASS_COUNT } from '../core/classes';
import { emptyMatrix, type Matrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';
import { fitIsotonicCurve, isotonicValue } from './isotonic';
import { fitPlattCurve, plattValue } from './platt';
import { clipRow, normaliseRow } from './probability-rows';
import { parseCalibratorState, type CalibrationMethod, type CalibratorState } from './state';
import { fitTemperature, temperRow } from './temperature';
import { usableRows, type UsableRows } from './usable-rows';

/**
 * Turns a model's probabilities into calibrated ones, row by row: the output of a row depends on nothing but that row,
 * so that a prediction later gives the same bytes as the run did.
 */
export interface Calibrator {
  readonly method: CalibrationMethod;
  /**
   * (rows × CLASS_COUNT) probabilities → calibrated ones of the same shape. Each row sums to 1 and lies in
   * [1e-7, 1 - 1e-7] (see `probability-rows.ts`); a row with a NaN becomes NaN, which means "no prediction".
   */
  apply(probabilities: Matrix): Matrix;
  /** Plain JSON; `calibratorFromState` gives a calibrator with bit-for-bit the same output. */
  toJson(): CalibratorState;
}

/**
 * Fits one calibrator on rows that the model was not trained on.
 *
 * - `none` passes the probabilities through, held in the allowed range.
 * - `temperature` finds one temperature for all classes (Guo et al. 2017).
 * - `platt` and `isotonic` fit each class against the rest and divide by the sum (Zadrozny & Elkan 2002), as
 *   scikit-learn's `CalibratedClassifierCV` does.
 *
 * @param probabilities rows × CLASS_COUNT; a row with a NaN is left out
 * @param labels class index of each row; a row of NO_CLASS is left out
 * @returns `InvalidLabels` where no row is left, `Unexpected` where the shapes do not fit
 */
export function fitCalibrator(
  method: CalibrationMethod,
  probabilities: Matrix,
  labels: ArrayLike<number>,
): Result<Calibrator> {
  const usable = usableRows(probabilities, labels, 'to fit a calibrator on');
  return usable.ok ? ok(calibratorOf(fitState(method, usable.value))) : usable;
}

/** The calibrator of a saved state, or `ArtifactCorrupt` where the state is none. */
export function calibratorFromState(state: unknown): Result<Calibrator> {
  const parsed = parseCalibratorState(state);
  if (parsed === null) {
    return fail(
      'ArtifactCorrupt',
      'The saved calibrator cannot be read: expected a method (none, temperature, platt, isotonic) with its finite ' +
        'parameters for three classes. Remove the artifact and start the run again.',
    );
  }
  return ok(calibratorOf(parsed));
}

function fitState(method: CalibrationMethod, { probabilities, labels }: UsableRows): CalibratorState {
  const perClass = <T>(fit: (scores: Float64Array, positive: Uint8Array) => T): T[] =>
    Array.from({ length: CLASS_COUNT }, (_, c) =>
      fit(
        Float64Array.from({ length: probabilities.rows }, (__, r) => probabilities.data[r * CLASS_COUNT + c] ?? NaN),
        Uint8Array.from(labels, (label) => (label === c ? 1 : 0)),
      ),
    );
  switch (method) {
    case 'none':
      return { method };
    case 'temperature':
      return { method, temperature: fitTemperature(probabilities, labels) };
    case 'platt':
      return { method, curves: perClass(fitPlattCurve) };
    case 'isotonic':
      return { method, curves: perClass(fitIsotonicCurve) };
  }
}

function calibratorOf(state: CalibratorState): Calibrator {
  return {
    method: state.method,
    apply: (probabilities) => {
      const output = emptyMatrix(probabilities.rows, CLASS_COUNT);
      for (let row = 0; row < probabilities.rows; row += 1) {
        calibrateRow(state, probabilities, output, row);
        clipRow(output, row);
      }
      return output;
    },
    toJson: () => state,
  };
}

/** Fills row `row` of `output` with probabilities that sum to 1, before they are clipped. */
function calibrateRow(state: CalibratorState, input: Matrix, output: Matrix, row: number): void {
  const start = row * CLASS_COUNT;
  switch (state.method) {
    case 'none':
      output.data.set(input.data.subarray(start, start + CLASS_COUNT), start);
      if (Number.isNaN(rowSum(output, row))) output.data.fill(NaN, start, start + CLASS_COUNT);
      return;
    case 'temperature':
      temperRow(input, output, row, state.temperature);
      break;
    case 'platt':
      for (const [c, curve] of state.curves.entries()) {
        output.data[start + c] = plattValue(curve, input.data[start + c] ?? NaN);
      }
      break;
    case 'isotonic':
      for (const [c, curve] of state.curves.entries()) {
        output.data[start + c] = isotonicValue(curve, input.data[start + c] ?? NaN);
      }
      break;
  }
  normaliseRow(output, row);
}

function rowSum(matrix: Matrix, row: number): number {
  return matrix.data.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT).reduce((sum, value) => sum + value, 0);
}
