import { emptyMatrix, type Matrix } from '../../../domain/core/matrix';
import { randomFromSeed } from '../../../domain/core/random';

export function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return { data: Float64Array.from(rows.flat()), rows: rows.length, columns: 3 };
}

export interface Forecasts {
  readonly probabilities: Matrix;
  readonly labels: Int32Array;
}

/** Softmax forecasts whose logits are `sharpness` times those that the labels are drawn from: 1 is calibrated. */
export function drawForecasts(seed: number, rows: number, sharpness: number): Forecasts {
  const random = randomFromSeed(seed);
  const probabilities = emptyMatrix(rows, 3);
  const labels = new Int32Array(rows);
  for (let r = 0; r < rows; r += 1) {
    const logits = [random.normal(), random.normal(), random.normal()];
    const truth = softmax(logits);
    const u = random.uniform();
    labels[r] = u < truth[0]! ? 0 : u < truth[0]! + truth[1]! ? 1 : 2;
    probabilities.data.set(softmax(logits.map((z) => z * sharpness)), r * 3);
  }
  return { probabilities, labels };
}

function softmax(logits: readonly number[]): number[] {
  const weights = logits.map(Math.exp);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}
