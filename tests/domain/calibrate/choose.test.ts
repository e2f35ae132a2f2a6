import { chooseCalibrator } from '../../../domain/calibrate/choose';
import { CALIBRATION_ORDER, type CalibrationMethod } from '../../../domain/calibrate/state';
import { drawForecasts, matrixOf, type Forecasts } from './forecasts';

function choose(methods: readonly CalibrationMethod[], fit: Forecasts, judge: Forecasts) {
  const result = chooseCalibrator(methods, fit, judge);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

describe('chooseCalibrator', () => {
  it('takes temperature where forecasts are only too sharp, and reports every score', () => {
    const chosen = choose(CALIBRATION_ORDER, drawForecasts(1, 3000, 2.5), drawForecasts(2, 3000, 2.5));
    expect(chosen.calibrator.method).toBe('temperature');
    expect(Object.keys(chosen.scores).sort()).toEqual([...CALIBRATION_ORDER].sort());
    expect(chosen.scores.temperature?.logLoss).toBeLessThan((chosen.scores.none?.logLoss ?? NaN) - 0.1);
    expect(chosen.scores.temperature?.brier).toBeLessThan(chosen.scores.none?.brier ?? NaN);
  });

  it('judges on the second rows, not on those it fitted: isotonic on few rows overfits and is not taken', () => {
    const few = drawForecasts(3, 25, 1);
    expect(choose(['none', 'isotonic'], few, few).calibrator.method).toBe('isotonic');
    expect(choose(['none', 'isotonic'], few, drawForecasts(4, 2000, 1)).calibrator.method).toBe('none');
  });

  it('keeps the simpler method on a tie, whatever the order of the list', () => {
    const uniform = {
      probabilities: matrixOf(Array.from({ length: 30 }, () => [1 / 3, 1 / 3, 1 / 3])),
      labels: Int32Array.from({ length: 30 }, (_, r) => r % 3),
    };
    expect(choose(['isotonic', 'platt', 'temperature', 'none'], uniform, uniform).calibrator.method).toBe('none');
    expect(choose(['isotonic', 'platt'], uniform, uniform).calibrator.method).toBe('platt');
  });

  it('judges only the methods asked for', () => {
    const rows = drawForecasts(5, 300, 2);
    const chosen = choose(['platt'], rows, rows);
    expect(chosen.calibrator.method).toBe('platt');
    expect(Object.keys(chosen.scores)).toEqual(['platt']);
  });

  it('refuses an empty list and an empty half', () => {
    const rows = drawForecasts(6, 30, 1);
    const empty = { probabilities: matrixOf([]), labels: new Int32Array() };
    const codeOf = (result: ReturnType<typeof chooseCalibrator>) => (result.ok ? 'ok' : result.fault.code);
    expect(codeOf(chooseCalibrator([], rows, rows))).toBe('InvalidConfig');
    expect(codeOf(chooseCalibrator(['none'], rows, empty))).toBe('InvalidLabels');
    expect(codeOf(chooseCalibrator(['none'], empty, rows))).toBe('InvalidLabels');
  });
});
