import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { parameter } from './dense';
import { uniform } from './initial';

/** Parameters `<name>.kernel` (taps x channels) and `<name>.bias` (channels), with PyTorch's initial values of Conv1d. */
export function causalConvolutionParameters(name: string, taps: number, channels: number): readonly ParameterSpec[] {
  const limit = 1 / Math.sqrt(taps);
  return [
    { name: `${name}.kernel`, shape: [taps, channels], initial: uniform([taps, channels], limit), decay: true },
    { name: `${name}.bias`, shape: [channels], initial: uniform([channels], limit), decay: false },
  ];
}

/**
 * Depthwise convolution along time that sees no later step: y_t = bias + sum over k of kernel_k x_{t - taps + 1 + k}, zeros
 * before the first step. (steps x batch x channels) -> the same.
 */
export function convolveCausally(parameters: Parameters, name: string, x: tf.Tensor3D): tf.Tensor3D {
  const kernel = parameter(parameters, `${name}.kernel`);
  return tf.add(convolution(x, kernel), parameter(parameters, `${name}.bias`));
}

/** Shifted copies weighted and summed: it needs only operations that every backend has, and its slopes are the same. */
const convolution = tf.customGrad((x, kernel, save) => {
  const [input, taps] = [x, kernel] as [tf.Tensor3D, tf.Tensor2D];
  const padded = tf.pad3d(input, [[taps.shape[0] - 1, 0], [0, 0], [0, 0]]); // prettier-ignore
  (save as tf.GradSaveFunc)([padded, taps]);
  const weights = tf.unstack(taps);
  return {
    value: tf.addN(weights.map((weight, k) => tf.mul(shifted(padded, k, input.shape[0]), weight))),
    gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) => {
      const [keptInput, keptTaps] = saved as [tf.Tensor3D, tf.Tensor2D];
      const slopes = slope as tf.Tensor3D;
      const [steps, last] = [slopes.shape[0], keptTaps.shape[0] - 1];
      const behind = tf.pad3d(slopes, [[0, last], [0, 0], [0, 0]]); // prettier-ignore
      return [
        tf.addN(tf.unstack(keptTaps).map((weight, k) => tf.mul(shifted(behind, last - k, steps), weight))),
        tf.stack(tf.unstack(keptTaps).map((_, k) => tf.sum(tf.mul(shifted(keptInput, k, steps), slopes), [0, 1]))),
      ];
    },
  };
});

/** So many steps of (steps x batch x channels) from step `from` on. */
function shifted(x: tf.Tensor3D, from: number, steps: number): tf.Tensor3D {
  return tf.slice(x, [from, 0, 0], [steps, x.shape[1], x.shape[2]]);
}
