import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec } from '../contract';
import { glorotUniform } from './initial';

/** Parameter `<name>.kernel` (taps x inputs x outputs), Glorot uniform as in Keras; no bias. */
export function convolutionParameters(
  name: string,
  taps: number,
  inputs: number,
  outputs: number,
): readonly ParameterSpec[] {
  const shape = [taps, inputs, outputs];
  return [{ name: `${name}.kernel`, shape, initial: glorotUniform(shape, taps * inputs, taps * outputs), decay: true }];
}

/**
 * Convolution along time (a correlation, as everywhere in deep learning) with zeros around, so that there are as many steps
 * after it as before: (batch x steps x inputs), (taps x inputs x outputs) -> (batch x steps x outputs). Of an even number of
 * taps the extra one looks forward, as in TensorFlow.
 */
export function convolveSame(x: tf.Tensor3D, kernel: tf.Tensor3D): tf.Tensor3D {
  return convolution(x, kernel);
}

/**
 * The slopes are convolutions too. TensorFlow's own operation for the kernel's slope takes two to three times as long as
 * this one (60 steps, 16 channels, 9 to 39 taps), and tfjs's WASM backend has none.
 */
const convolution = tf.customGrad((x, kernel, save) => {
  const [input, taps] = [x, kernel] as [tf.Tensor3D, tf.Tensor3D];
  (save as tf.GradSaveFunc)([input, taps]);
  return {
    value: tf.conv1d(input, taps, 1, 'same'),
    gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) => {
      const [keptInput, keptKernel] = saved as [tf.Tensor3D, tf.Tensor3D];
      const slopes = slope as tf.Tensor3D;
      return [slopeOfInput(slopes, keptKernel), slopeOfKernel(slopes, keptInput, keptKernel.shape[0])];
    },
  };
});

/** Zeros before and after the steps of a convolution of so many taps. */
function padding(taps: number): { readonly before: number; readonly after: number } {
  const before = Math.floor((taps - 1) / 2);
  return { before, after: taps - 1 - before };
}

/** The slopes (batch x steps x outputs), convolved with the kernel turned around: (batch x steps x inputs). */
function slopeOfInput(slopes: tf.Tensor3D, kernel: tf.Tensor3D): tf.Tensor3D {
  const { before, after } = padding(kernel.shape[0]);
  const turned: tf.Tensor3D = tf.transpose(tf.reverse(kernel, 0), [0, 2, 1]);
  return tf.conv1d(padSteps(slopes, after, before), turned, 1, 'valid');
}

/**
 * slope[tap, i, o] = sum over batch and steps of x[batch, step + tap, i] * slopes[batch, step, o]: a convolution along time
 * whose channels are the windows of the batch and whose batch are the input channels.
 */
function slopeOfKernel(slopes: tf.Tensor3D, x: tf.Tensor3D, taps: number): tf.Tensor3D {
  const { before, after } = padding(taps);
  const inputsFirst: tf.Tensor3D = tf.transpose(padSteps(x, before, after), [2, 1, 0]);
  const stepsFirst: tf.Tensor3D = tf.transpose(slopes, [1, 0, 2]);
  return tf.transpose(tf.conv1d(inputsFirst, stepsFirst, 1, 'valid'), [1, 0, 2]);
}

function padSteps(x: tf.Tensor3D, before: number, after: number): tf.Tensor3D {
  return before + after === 0 ? x : tf.pad3d(x, [[0, 0], [before, after], [0, 0]]); // prettier-ignore
}
