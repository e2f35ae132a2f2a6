import { CLASS_COUNT } from '../core/classes';
import { emptyMatrix, gatherRows, type Matrix } from '../core/matrix';
import type { FittedModel } from './contract';
import type { Scaler } from './scaler';

/** A fitted model with the scaler it was fitted behind (null where the family takes raw features). */
export interface FittedRecipe {
  readonly model: FittedModel;
  readonly scaler: Scaler | null;
}

/**
 * Scale, then predict: the one way from features to probabilities, used in training and in prediction alike, so that both
 * give the same bytes. (rows x features) -> (rows x CLASS_COUNT); a row with a missing feature gets NaN. Every row is
 * computed alone: neither the other rows nor their number change it.
 */
export function predictWithRecipe({ model, scaler }: FittedRecipe, features: Matrix): Matrix {
  const rows = completeRows(features);
  const complete = rows.length === features.rows ? features : gatherRows(features, rows);
  const predicted = model.predictProbabilities(scaler === null ? complete : scaler.transform(complete));
  if (rows.length === features.rows) return predicted;
  const probabilities = emptyMatrix(features.rows, CLASS_COUNT);
  probabilities.data.fill(NaN);
  for (const [i, row] of rows.entries()) {
    probabilities.data.set(predicted.data.subarray(i * CLASS_COUNT, (i + 1) * CLASS_COUNT), row * CLASS_COUNT);
  }
  return probabilities;
}

/** Whether every feature of a row is there (finite). */
export function isCompleteRow(features: Matrix, row: number): boolean {
  const start = row * features.columns;
  for (let c = 0; c < features.columns; c += 1) {
    if (!Number.isFinite(features.data[start + c])) return false;
  }
  return true;
}

function completeRows(features: Matrix): Int32Array {
  const rows = new Int32Array(features.rows);
  let found = 0;
  for (let row = 0; row < features.rows; row += 1) {
    if (!isCompleteRow(features, row)) continue;
    rows[found] = row;
    found += 1;
  }
  return rows.subarray(0, found);
}
