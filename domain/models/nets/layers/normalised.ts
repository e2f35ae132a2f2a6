import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '../contract';
import type { Affine } from './affine';
import { parameter } from './dense';

/** Added to a variance before its root, as in PyTorch. */
export const NORM_EPSILON = 1e-5;

/** x less its mean over its deviation, both along the last axis: layer normalisation without gain and bias. */
export function normalised<T extends tf.Tensor>(x: T): T {
  return normalisedWithGradient(x) as T;
}

/** Closed form of the way back, r * (dy - mean(dy) - y * mean(dy * y)): a third of the passes that a tape takes. */
const normalisedWithGradient = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  const centred = tf.sub(input, tf.mean(input, -1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), NORM_EPSILON));
  const output = tf.mul(centred, inverse);
  (save as tf.GradSaveFunc)([output, inverse]);
  return {
    value: output,
    gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) =>
      tf.tidy(() => {
        const [y, scale] = saved as [tf.Tensor, tf.Tensor];
        const along = tf.mean(tf.mul(slope, y), -1, true);
        return tf.mul(tf.sub(tf.sub(slope, tf.mean(slope, -1, true)), tf.mul(y, along)), scale);
      }),
  };
});

/**
 * The linear map `kernel` (with `bias`) after the gain and bias of layer norm `norm`, as one linear map of what `normalised`
 * gives: (y * gain + shift) W + b = y (gain * W) + (shift W + b). Two passes over the activations become two over a matrix.
 */
export function foldedNorm(
  parameters: Parameters,
  norm: string,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D | null = null,
): Affine {
  const width = kernel.shape[0];
  const gain = tf.reshape(parameter(parameters, `${norm}.gain`), [width, 1]);
  const shift: tf.Tensor2D = tf.reshape(parameter(parameters, `${norm}.bias`), [1, width]);
  const shifted: tf.Tensor1D = tf.reshape(tf.matMul(shift, kernel), [kernel.shape[1]]);
  return { kernel: tf.mul(kernel, gain), bias: bias === null ? shifted : tf.add(shifted, bias) };
}
