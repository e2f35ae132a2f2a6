import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { parameter } from './dense';
import { constant } from './initial';
import { NORM_EPSILON } from './normalised';

/** Parameter `<name>.gain` (width), ones. */
export function rmsNormParameters(name: string, width: number): readonly ParameterSpec[] {
  return [{ name: `${name}.gain`, shape: [width], initial: constant([width], 1), decay: false }];
}

/** Root mean square normalisation over the last axis (Zhang and Sennrich 2019), epsilon 1e-5 as in Mamba's reference. */
export function rmsNorm<T extends tf.Tensor>(parameters: Parameters, name: string, x: T): T {
  return tf.mul(scaledToUnit(x), parameter(parameters, `${name}.gain`));
}

/** The same without the gain, which then has to go into the linear map that follows: see `foldedGain`. */
export function scaledToUnit<T extends tf.Tensor>(x: T): T {
  return unitScale(x) as T;
}

/** (gain * y) W = y (gain * W): a pass over the kernel (width x outputs) in place of two over all activations. */
export function foldedGain(parameters: Parameters, norm: string, kernel: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(kernel, tf.reshape(parameter(parameters, `${norm}.gain`), [kernel.shape[0], 1]));
}

/** y = x / rms(x); dx = (dy - y * mean(dy * y)) / rms(x). */
const unitScale = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(input), -1, true), NORM_EPSILON));
  const output = tf.mul(input, inverse);
  (save as tf.GradSaveFunc)([output, inverse]);
  return {
    value: output,
    gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) => {
      const [y, scale] = saved as [tf.Tensor, tf.Tensor];
      const along = tf.mean(tf.mul(slope, y), -1, true);
      return tf.mul(tf.sub(slope, tf.mul(y, along)), scale);
    },
  };
});
