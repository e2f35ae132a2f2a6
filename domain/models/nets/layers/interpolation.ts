import * as tf from '@tensorflow/tfjs-core';

/**
 * Linear interpolation as a matrix (from x to, row-major): values at `from` knots, each in the middle of its share of the
 * axis, times this matrix are values at `to` points. Points before the first or after the last knot take that knot's value.
 * The convention of PyTorch's `interpolate(mode='linear')`.
 */
export function interpolationMatrix(from: number, to: number): Float32Array {
  const matrix = new Float32Array(from * to);
  for (let point = 0; point < to; point += 1) {
    const place = Math.max(0, ((point + 0.5) * from) / to - 0.5);
    const left = Math.min(Math.floor(place), from - 1);
    const right = Math.min(left + 1, from - 1);
    const share = place - left;
    matrix[left * to + point] = (matrix[left * to + point] ?? 0) + 1 - share;
    matrix[right * to + point] = (matrix[right * to + point] ?? 0) + share;
  }
  return matrix;
}

/** (rows x knots) -> (rows x points). As many points as knots are the knots themselves. */
export function interpolate(knots: tf.Tensor2D, points: number): tf.Tensor2D {
  const from = knots.shape[1];
  if (from === points) return knots;
  return tf.matMul(knots, tf.tensor2d(interpolationMatrix(from, points), [from, points]));
}
