import * as tf from '@tensorflow/tfjs-core';
import type { DropoutNoise } from '../contract';
import { dropout, type DropoutSite } from './dropout';

/** (batch x steps x features) -> (steps x batch x features): a step is then one contiguous piece. */
export function timeMajor(windows: tf.Tensor3D): tf.Tensor3D {
  return tf.transpose(windows, [1, 0, 2]);
}

/** (steps x batch x width) -> (steps * batch x width). */
export function flattened(x: tf.Tensor3D): tf.Tensor2D {
  const [steps, batch, width] = x.shape;
  return tf.reshape(x, [steps * batch, width]);
}

/** (steps x batch x width) -> (batch x width). */
export function lastStep(x: tf.Tensor3D): tf.Tensor2D {
  const [steps, batch, width] = x.shape;
  return tf.reshape(tf.slice(x, [steps - 1, 0, 0], [1, batch, width]), [batch, width]);
}

/** `dropout` on (steps x batch x width), one mask for all steps. */
export function dropSteps(
  x: tf.Tensor3D,
  noise: DropoutNoise,
  site: DropoutSite | undefined,
  rate: number,
): tf.Tensor3D {
  if (noise === null || rate === 0) return x;
  const [, batch, width] = x.shape;
  return tf.mul(x, dropout<tf.Tensor2D>(tf.ones([batch, width]), noise, site, rate));
}
