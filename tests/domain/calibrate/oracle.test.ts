import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitCalibrator, type Calibrator } from '../../../domain/calibrate/calibrator';
import type { CalibrationMethod } from '../../../domain/calibrate/state';
import { rowLogLoss } from '../../../domain/core/scores';
import { matrixOf } from './forecasts';

interface Fixture {
  readonly fit: { readonly probabilities: number[][]; readonly labels: number[] };
  readonly grid: number[][];
  readonly isotonic: { readonly curves: { readonly x: number[]; readonly y: number[] }[]; readonly grid: number[][] };
  readonly platt: {
    readonly curves: { readonly slope: number; readonly intercept: number }[];
    readonly grid: number[][];
    readonly sklearnGrid: number[][];
  };
  readonly temperature: { readonly temperature: number; readonly grid: number[][]; readonly logLoss: number };
}

/** Written by tests/oracles/calibration.py. */
const fixture = JSON.parse(readFileSync(join(__dirname, '../../fixtures/calibration.json'), 'utf8')) as Fixture;

const fitRows = matrixOf(fixture.fit.probabilities);
const grid = matrixOf(fixture.grid);

function fitted(method: CalibrationMethod): Calibrator {
  const result = fitCalibrator(method, fitRows, Int32Array.from(fixture.fit.labels));
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

function largestGap(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? NaN))));
}

describe('calibrators against scikit-learn and SciPy', () => {
  it('isotonic keeps the same points as IsotonicRegression', () => {
    const state = fitted('isotonic').toJson();
    if (state.method !== 'isotonic') throw new Error(state.method);
    for (const [c, expected] of fixture.isotonic.curves.entries()) {
      expect(largestGap(state.curves[c]?.x ?? [], expected.x)).toBe(0);
      expect(largestGap(state.curves[c]?.y ?? [], expected.y)).toBeLessThan(1e-15);
    }
  });

  it('isotonic gives the same normalised probabilities to 1e-12', () => {
    expect(largestGap(fitted('isotonic').apply(grid).data, fixture.isotonic.grid.flat())).toBeLessThan(1e-12);
  });

  it('Platt gives the optimum to 1e-6 and agrees with _SigmoidCalibration', () => {
    const platt = fitted('platt');
    const state = platt.toJson();
    if (state.method !== 'platt') throw new Error(state.method);
    for (const [c, expected] of fixture.platt.curves.entries()) {
      expect(state.curves[c]?.slope).toBeCloseTo(expected.slope, 7);
      expect(state.curves[c]?.intercept).toBeCloseTo(expected.intercept, 7);
    }
    expect(largestGap(platt.apply(grid).data, fixture.platt.grid.flat())).toBeLessThan(1e-8);
    expect(largestGap(platt.apply(grid).data, fixture.platt.sklearnGrid.flat())).toBeLessThan(1e-6);
  });

  it('temperature finds the minimum of the log loss to 1e-6', () => {
    const temperature = fitted('temperature');
    const state = temperature.toJson();
    if (state.method !== 'temperature') throw new Error(state.method);
    expect(Math.abs(state.temperature - fixture.temperature.temperature)).toBeLessThan(1e-6);
    expect(largestGap(temperature.apply(grid).data, fixture.temperature.grid.flat())).toBeLessThan(1e-6);
    const calibrated = temperature.apply(fitRows);
    const losses = fixture.fit.labels.map((label, r) => rowLogLoss(calibrated, r, label));
    expect(losses.reduce((a, b) => a + b, 0) / losses.length).toBeCloseTo(fixture.temperature.logLoss, 12);
  });
});
