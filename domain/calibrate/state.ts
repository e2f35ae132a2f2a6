import { CLASS_COUNT } from '../core/classes';
import type { IsotonicCurve } from './isotonic';
import type { PlattCurve } from './platt';

/** From the simplest to the most flexible: where two do equally well, the earlier one is taken. */
export const CALIBRATION_ORDER = ['none', 'temperature', 'platt', 'isotonic'] as const;
export type CalibrationMethod = (typeof CALIBRATION_ORDER)[number];

/** A fitted calibrator as plain JSON. Curves stand in the order of the classes. */
export type CalibratorState =
  | { readonly method: 'none' }
  | { readonly method: 'temperature'; readonly temperature: number }
  | { readonly method: 'platt'; readonly curves: readonly PlattCurve[] }
  | { readonly method: 'isotonic'; readonly curves: readonly IsotonicCurve[] };

/** Reads a state back from JSON; null where it is none. */
export function parseCalibratorState(json: unknown): CalibratorState | null {
  if (!isRecord(json)) return null;
  const { method, temperature, curves } = json;
  if (method === 'none') return { method };
  if (method === 'temperature') {
    return isFiniteNumber(temperature) && temperature > 0 ? { method, temperature } : null;
  }
  if (method === 'platt' && isCurveList(curves, isPlattCurve)) return { method, curves };
  if (method === 'isotonic' && isCurveList(curves, isIsotonicCurve)) return { method, curves };
  return null;
}

function isCurveList<T>(value: unknown, isCurve: (curve: unknown) => curve is T): value is T[] {
  return Array.isArray(value) && value.length === CLASS_COUNT && value.every(isCurve);
}

function isPlattCurve(value: unknown): value is PlattCurve {
  return isRecord(value) && isFiniteNumber(value['slope']) && isFiniteNumber(value['intercept']);
}

function isIsotonicCurve(value: unknown): value is IsotonicCurve {
  if (!isRecord(value)) return false;
  const { x, y } = value;
  if (!isNumberList(x) || !isNumberList(y) || x.length === 0 || x.length !== y.length) return false;
  return x.every((score, i) => i === 0 || (score > (x[i - 1] ?? NaN) && (y[i] ?? NaN) >= (y[i - 1] ?? NaN)));
}

function isNumberList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isFiniteNumber);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
