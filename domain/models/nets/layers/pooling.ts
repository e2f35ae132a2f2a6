import * as tf from '@tensorflow/tfjs-core';

/** The maximum, as in the papers; the mean (of as many numbers, zeros beyond the edge) where a smooth net is wanted. */
export type Pooling = 'max' | 'mean';

/**
 * Pools consecutive pieces of `size` along the last axis, the last piece being shorter where `size` does not divide the
 * length: (a x b x length) -> (a x b x ceil(length / size)).
 */
export function poolPieces(x: tf.Tensor3D, size: number, pooling: Pooling): tf.Tensor3D {
  if (size === 1) return x;
  const [a, b, length] = x.shape;
  const pieces = Math.ceil(length / size);
  const missing = pieces * size - length;
  const whole = missing === 0 ? x : padded(x, [0, 0], [0, missing], pooling);
  const rows: tf.Tensor4D = tf.reshape(whole, [a, b, pieces, size]);
  return pooling === 'max' ? (maxOfLastAxis(rows) as tf.Tensor3D) : tf.mean(rows, 3);
}

/**
 * tfjs gives the whole slope to each of several equal maxima; here equal maxima share it, so that it is a (sub)gradient.
 */
const maxOfLastAxis = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  const value = tf.max(input, -1);
  const column = [...value.shape, 1];
  (save as tf.GradSaveFunc)([input, value]);
  return {
    value,
    gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) => {
      const [kept, most] = saved as [tf.Tensor, tf.Tensor];
      const isMost = tf.cast(tf.equal(kept, tf.reshape(most, column)), 'float32');
      const share = tf.div(slope, tf.sum(isMost, -1));
      return tf.mul(isMost, tf.reshape(share, column));
    },
  };
});

/**
 * Pools each step with its two neighbours (size 3, stride 1, 'same' padding): (batch x steps x channels) -> the same. Of
 * equal maxima the earliest step has the slope.
 */
export function poolNeighbours(x: tf.Tensor3D, pooling: Pooling): tf.Tensor3D {
  const [batch, steps, channels] = x.shape;
  const around = padded(x, [1, 1], [0, 0], pooling);
  const before: tf.Tensor3D = tf.slice(around, [0, 0, 0], [batch, steps, channels]);
  const after: tf.Tensor3D = tf.slice(around, [0, 2, 0], [batch, steps, channels]);
  return pooling === 'max' ? tf.maximum(tf.maximum(before, x), after) : tf.mul(tf.add(tf.add(before, x), after), 1 / 3);
}

/** Widens the second and third axis by what the pooling does not see. */
function padded(x: tf.Tensor3D, second: [number, number], third: [number, number], pooling: Pooling): tf.Tensor3D {
  return tf.pad3d(x, [[0, 0], second, third], pooling === 'max' ? -Infinity : 0);
}
