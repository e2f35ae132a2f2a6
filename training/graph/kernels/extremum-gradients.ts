import * as tf from '@tensorflow/tfjs-core';
import { setGradient } from './native-kernel';

/**
 * Gradients of Maximum and Minimum of tensors of one shape: the slope goes to the first where it is taken (also where both are
 * equal, as in tfjs), what is left of it to the second. Tfjs compares, casts and multiplies once for each.
 */
export function installExtremumGradients(): void {
  install(tf.Maximum, tf.greaterEqual);
  install(tf.Minimum, tf.lessEqual);
}

function install(kernelName: string, takesFirst: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): void {
  const stock = tf.getGradient(kernelName);
  setGradient({
    ...stock,
    gradFunc: (slope, saved, attrs) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      if (!tf.util.arraysEqual(a.shape, b.shape)) return stock.gradFunc(slope, saved, attrs);
      const toFirst = tf.mul(slope as tf.Tensor, tf.cast(takesFirst(a, b), 'float32'));
      return { a: () => tf.clone(toFirst), b: () => tf.sub(slope as tf.Tensor, toFirst) };
    },
  });
}
