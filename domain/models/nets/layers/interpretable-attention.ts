import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { parameter } from './dense';
import { glorotUniform } from './initial';

/**
 * Parameters of interpretable multi-head attention, all without bias: `.query` and `.key` for each head, one `.value` for
 * all heads, `.output`.
 */
export function interpretableAttentionParameters(name: string, width: number, heads: number): readonly ParameterSpec[] {
  const size = width / heads;
  const kernel = (role: string, inputs: number, outputs: number): ParameterSpec => ({
    name: `${name}.${role}.kernel`,
    shape: [inputs, outputs],
    initial: glorotUniform([inputs, outputs], inputs, outputs),
    decay: true,
  });
  return [
    kernel('query', width, width),
    kernel('key', width, width),
    kernel('value', width, size),
    kernel('output', size, width),
  ];
}

/**
 * Interpretable multi-head attention (Lim et al. 2021, section 4.4) of the last step to all steps: heads weigh steps each in
 * its own way but read the same values, so that the mean of their weights says what was looked at.
 * As in `lastStepAttention`, keys and values of single steps are not computed.
 * @param x (batch x steps x width)
 * @returns output (batch x width), weights (batch x steps), each row summing to 1
 */
export function interpretableLastStepAttention(
  parameters: Parameters,
  name: string,
  x: tf.Tensor3D,
  heads: number,
): { readonly output: tf.Tensor2D; readonly weights: tf.Tensor2D } {
  const [batch, steps, width] = x.shape;
  const size = width / heads;
  const matrix = (role: string): tf.Tensor2D => parameter(parameters, `${name}.${role}.kernel`) as tf.Tensor2D;
  const last: tf.Tensor2D = tf.reshape(tf.slice(x, [0, steps - 1, 0], [batch, 1, width]), [batch, width]);
  const query: tf.Tensor3D = tf.reshape(tf.matMul(last, matrix('query')), [batch, heads, size]);
  const keys: tf.Tensor3D = tf.reshape(tf.mul(matrix('key'), 1 / Math.sqrt(size)), [width, heads, size]);
  const headsFirst = (tensor: tf.Tensor3D): tf.Tensor3D => tf.transpose(tensor, [1, 0, 2]);
  const probes = headsFirst(tf.matMul(headsFirst(query), headsFirst(keys), false, true)); // (batch x heads x width)
  const weights: tf.Tensor2D = tf.mean(tf.softmax(tf.matMul<tf.Tensor3D>(probes, x, false, true)), 1);
  const mean: tf.Tensor2D = tf.reshape(tf.matMul(tf.reshape(weights, [batch, 1, steps]), x), [batch, width]);
  return { output: tf.matMul(tf.matMul(mean, matrix('value')), matrix('output')), weights };
}
