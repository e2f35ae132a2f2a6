import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { affine, scaled, type Affine } from './affine';
import { denseParameters, parameter } from './dense';
import { glorotUniform } from './initial';
import { foldedNorm } from './normalised';

/**
 * Parameters of multi-head self-attention (Vaswani et al. 2017): `<name>.query` and `<name>.output` with bias, `<name>.key`
 * and `<name>.value` without: a key's bias adds the same to all scores of a query, which the softmax takes out again; a
 * value's bias passes through weights that sum to one, which is what the output's bias is for.
 */
export function attentionParameters(name: string, width: number): readonly ParameterSpec[] {
  const kernel = (role: string): ParameterSpec => ({
    name: `${name}.${role}.kernel`,
    shape: [width, width],
    initial: glorotUniform([width, width], width, width),
    decay: true,
  });
  return [
    ...denseParameters(`${name}.query`, width, width),
    kernel('key'),
    kernel('value'),
    ...denseParameters(`${name}.output`, width, width),
  ];
}

export interface AttentionShape {
  readonly batch: number;
  readonly steps: number;
  readonly heads: number;
}

/**
 * Every step attends to all steps. `x` is what `normalised` gave, (batch * steps x width), the gain and bias of whose layer
 * norm `norm` are worked into the matrices, as is the scale 1 / sqrt(width / heads) of the scores.
 */
export function selfAttention(
  parameters: Parameters,
  name: string,
  norm: string,
  x: tf.Tensor2D,
  { batch, steps, heads }: AttentionShape,
): tf.Tensor2D {
  const width = x.shape[1];
  const maps = attentionMaps(parameters, name, norm, heads);
  const byHead = (flat: tf.Tensor): tf.Tensor => tf.reshape(flat, [batch, steps, heads, width / heads]);
  const context = attend(
    byHead(affine(maps.query, x)),
    byHead(tf.matMul(x, maps.key)),
    byHead(tf.matMul(x, maps.value)),
  );
  return affine(maps.output, tf.reshape(context, [batch * steps, width]));
}

/**
 * The same for the query of the last step alone. Keys and values of all steps need not be computed: a score q . (x_t Wk) is
 * (Wk q) . x_t, and a mean of the x_t Wv is the mean of the x_t times Wv. Exact, and a small part of the work.
 */
export function lastStepAttention(
  parameters: Parameters,
  name: string,
  norm: string,
  x: tf.Tensor3D,
  heads: number,
): { readonly output: tf.Tensor2D; readonly weights: tf.Tensor3D } {
  const [batch, steps, width] = x.shape;
  const size = width / heads;
  const maps = attentionMaps(parameters, name, norm, heads);
  const last: tf.Tensor2D = tf.reshape(tf.slice(x, [0, steps - 1, 0], [batch, 1, width]), [batch, width]);
  // (batch x width) -> (heads x batch x size), and the matrices (width x width) -> (heads x width x size).
  const query = tf.transpose<tf.Tensor3D>(tf.reshape(affine(maps.query, last), [batch, heads, size]), [1, 0, 2]);
  const perHead = (kernel: tf.Tensor2D): tf.Tensor3D =>
    tf.transpose(tf.reshape(kernel, [width, heads, size]), [1, 0, 2]);
  const probes = tf.transpose(tf.matMul<tf.Tensor3D>(query, perHead(maps.key), false, true), [1, 0, 2]);
  const weights = tf.softmax(tf.matMul<tf.Tensor3D>(probes, x, false, true)); // (batch x heads x steps)
  const means = tf.transpose(tf.matMul<tf.Tensor3D>(weights, x), [1, 0, 2]); // (heads x batch x width)
  const context = tf.transpose(tf.matMul<tf.Tensor3D>(means, perHead(maps.value)), [1, 0, 2]);
  return { output: affine(maps.output, tf.reshape(context, [batch, width])), weights };
}

interface AttentionMaps {
  readonly query: Affine;
  readonly key: tf.Tensor2D;
  readonly value: tf.Tensor2D;
  readonly output: Affine;
}

/** The four linear maps, norm and scale worked in. The constant that the norm's bias gives each value goes to the output. */
function attentionMaps(parameters: Parameters, name: string, norm: string, heads: number): AttentionMaps {
  const matrix = (role: string): tf.Tensor2D => parameter(parameters, `${name}.${role}.kernel`) as tf.Tensor2D;
  const bias = (role: string): tf.Tensor1D => parameter(parameters, `${name}.${role}.bias`) as tf.Tensor1D;
  const width = matrix('query').shape[0];
  const scale = Math.sqrt(heads / width);
  const query = foldedNorm(parameters, norm, matrix('query'), bias('query'));
  const value = foldedNorm(parameters, norm, matrix('value'));
  const fromValue: tf.Tensor1D = tf.reshape(tf.matMul(tf.reshape(value.bias, [1, width]), matrix('output')), [width]);
  return {
    query: scaled(query, scale),
    key: foldedNorm(parameters, norm, matrix('key')).kernel,
    value: value.kernel,
    output: { kernel: matrix('output'), bias: tf.add(bias('output'), fromValue) },
  };
}

const HEADS_FIRST = [0, 2, 1, 3];

/**
 * softmax(q k^T) v for each head; q, k, v and the outcome are (batch x steps x heads x size). The way back by hand: the part
 * of the softmax's gradient that sums over a row of the (steps x steps) weights is the row's output times its slope
 * (Dao et al. 2022), so that the large arrays are passed over twice only.
 */
const attend = tf.customGrad((...given) => {
  const [q, k, v] = given.slice(0, 3).map((x) => tf.transpose(x as tf.Tensor4D, HEADS_FIRST)) as [
    tf.Tensor4D,
    tf.Tensor4D,
    tf.Tensor4D,
  ];
  const weights = tf.softmax(tf.matMul(q, k, false, true)); // (batch x heads x steps x steps)
  const context = tf.matMul(weights, v);
  (given[3] as tf.GradSaveFunc)([q, k, v, weights, context]);
  return {
    value: tf.transpose<tf.Tensor>(context, HEADS_FIRST),
    gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => attendBackward(slope as tf.Tensor4D, saved)),
  };
});

/** Slope of the outcome and what `attend` kept -> slopes of q, k and v. */
function attendBackward(slope: tf.Tensor4D, saved: readonly tf.Tensor[]): tf.Tensor[] {
  const [q, k, v, weights, context] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const dContext = tf.transpose(slope, HEADS_FIRST);
  const shared = tf.sum(tf.mul(dContext, context), -1, true);
  const dScores: tf.Tensor4D = tf.mul(weights, tf.sub(tf.matMul(dContext, v, false, true), shared));
  // x^T p is faster than p^T x for narrow x, and its transpose is laid out anew anyway.
  const fromColumns = (x: tf.Tensor4D, matrix: tf.Tensor4D): tf.Tensor =>
    tf.transpose(tf.matMul(x, matrix, true, false), [0, 3, 1, 2]);
  return [tf.transpose(tf.matMul(dScores, k), HEADS_FIRST), fromColumns(q, dScores), fromColumns(dContext, weights)];
}
