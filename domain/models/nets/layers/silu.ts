import * as tf from '@tensorflow/tfjs-core';

/** SiLU, x * sigmoid(x) (Hendrycks and Gimpel 2016; Elfwing, Uchibe and Doya 2018). */
export function silu<T extends tf.Tensor>(x: T): T {
  return siluWithGradient(x) as T;
}

/** d/dx = y + sigmoid(x) * (1 - y), with y the output. */
const siluWithGradient = tf.customGrad((x, save) => {
  const gate = tf.sigmoid(x as tf.Tensor);
  const output = tf.mul(x as tf.Tensor, gate);
  (save as tf.GradSaveFunc)([gate, output]);
  return {
    value: output,
    gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) => {
      const [open, y] = saved as [tf.Tensor, tf.Tensor];
      return tf.mul(slope, tf.add(y, tf.mul(open, tf.sub(1, y))));
    },
  };
});
