import * as tf from '@tensorflow/tfjs-core';

const SQRT_HALF = Math.SQRT1_2;
const DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);

/** GELU with the exact normal distribution function, x * Phi(x) (Hendrycks and Gimpel 2016), as in PyTorch. */
export function gelu<T extends tf.Tensor>(x: T): T {
  return geluWithGradient(x) as T;
}

/** Phi is kept for the way back: d/dx = Phi(x) + x * phi(x). */
const geluWithGradient = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  const phi = tf.mul(tf.add(tf.erf(tf.mul(input, SQRT_HALF)), 1), 0.5);
  (save as tf.GradSaveFunc)([input, phi]);
  return {
    value: tf.mul(input, phi),
    gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) => {
      const [kept, distribution] = saved as [tf.Tensor, tf.Tensor];
      const density = tf.mul(tf.exp(tf.mul(tf.square(kept), -0.5)), DENSITY_AT_ZERO);
      return tf.mul(slope, tf.add(distribution, tf.mul(kept, density)));
    },
  };
});
