import type { Matrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';
import { rowBrier, rowLogLoss } from '../core/scores';
import { fitCalibrator, type Calibrator } from './calibrator';
import { CALIBRATION_ORDER, type CalibrationMethod } from './state';
import { usableRows, type UsableRows } from './usable-rows';

/** Probabilities (rows × CLASS_COUNT) with the class of each row; NaN rows and NO_CLASS rows are left out. */
export interface CalibrationRows {
  readonly probabilities: Matrix;
  readonly labels: ArrayLike<number>;
}

export interface CalibrationScore {
  /** Mean log loss in nats. */
  readonly logLoss: number;
  /** Mean multi-class Brier score, 0 to 2. */
  readonly brier: number;
}

export interface ChosenCalibrator {
  readonly calibrator: Calibrator;
  /** What each method scored on the choosing rows. */
  readonly scores: Readonly<Partial<Record<CalibrationMethod, CalibrationScore>>>;
}

/** A more flexible method must lower the log loss by this much, else the simpler one stays. */
const LEAST_GAIN = 1e-6;

/**
 * Fits every method on one half of the validation part and chooses on the other by log loss, a proper score; a tie, or
 * a gain below 1e-6, goes to the simpler method (none, temperature, platt, isotonic).
 *
 * Fitting and choosing on the same rows would always favour isotonic, which has the most freedom.
 *
 * @param fitRows first half of the validation part in time
 * @param chooseRows second half
 * @returns `InvalidConfig` without a method, `InvalidLabels` where a half has no usable row
 */
export function chooseCalibrator(
  methods: readonly CalibrationMethod[],
  fitRows: CalibrationRows,
  chooseRows: CalibrationRows,
): Result<ChosenCalibrator> {
  const judged = usableRows(chooseRows.probabilities, chooseRows.labels, 'to choose a calibrator by');
  if (!judged.ok) return judged;
  const scores: Partial<Record<CalibrationMethod, CalibrationScore>> = {};
  let best: { calibrator: Calibrator; logLoss: number } | null = null;
  for (const method of CALIBRATION_ORDER.filter((name) => methods.includes(name))) {
    const fitted = fitCalibrator(method, fitRows.probabilities, fitRows.labels);
    if (!fitted.ok) return fitted;
    const score = scoreOf(fitted.value, judged.value);
    scores[method] = score;
    if (best === null || score.logLoss < best.logLoss - LEAST_GAIN) {
      best = { calibrator: fitted.value, logLoss: score.logLoss };
    }
  }
  if (best === null) {
    return fail(
      'InvalidConfig',
      `Received no calibration method; expected at least one of ${CALIBRATION_ORDER.join(', ')}. Name it under ` +
        '`calibration.methods`.',
    );
  }
  return ok({ calibrator: best.calibrator, scores });
}

function scoreOf(calibrator: Calibrator, { probabilities, labels }: UsableRows): CalibrationScore {
  const calibrated = calibrator.apply(probabilities);
  let [logLoss, brier] = [0, 0];
  for (const [r, label] of labels.entries()) {
    logLoss += rowLogLoss(calibrated, r, label);
    brier += rowBrier(calibrated, r, label);
  }
  return { logLoss: logLoss / labels.length, brier: brier / labels.length };
}
