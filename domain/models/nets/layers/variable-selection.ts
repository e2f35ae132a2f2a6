import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { affine, type Affine } from './affine';
import { denseParameters, parameter } from './dense';
import { gated, gatedLinearUnitParameters } from './gated-linear-unit';
import { constant, glorotUniform } from './initial';
import { layerNorm, layerNormParameters } from './layer-norm';
import { normalised } from './normalised';

/**
 * Parameters of a variable selection network on `features` numbers of a step: `.embedding`, a line through the width for
 * each feature; `.weights`, the gated residual network on all embeddings that weighs features; `.variables`, one gated
 * residual network for each feature, the matrices of all in one tensor (features x inputs x outputs).
 */
export function variableSelectionParameters(name: string, features: number, width: number): readonly ParameterSpec[] {
  const all = features * width;
  return [
    {
      name: `${name}.embedding.kernel`,
      shape: [features, width],
      initial: glorotUniform([features, width], 1, width),
      decay: true,
    },
    zeros(`${name}.embedding.bias`, features, width),
    ...denseParameters(`${name}.weights.hidden`, all, width),
    ...denseParameters(`${name}.weights.inner`, width, width),
    ...gatedLinearUnitParameters(`${name}.weights`, width, features),
    ...denseParameters(`${name}.weights.skip`, all, features),
    ...layerNormParameters(`${name}.weights.norm`, features),
    ...['hidden', 'inner', 'value', 'gate'].flatMap((role) => [
      {
        name: `${name}.variables.${role}.kernel`,
        shape: [features, width, width],
        initial: glorotUniform([features, width, width], width, width),
        decay: true,
      },
      zeros(`${name}.variables.${role}.bias`, features, width),
    ]),
    {
      name: `${name}.variables.norm.gain`,
      shape: [features, width],
      initial: constant([features, width], 1),
      decay: false,
    },
    zeros(`${name}.variables.norm.bias`, features, width),
  ];
}

function zeros(name: string, features: number, width: number): ParameterSpec {
  return { name, shape: [features, width], initial: constant([features, width], 0), decay: false };
}

export interface Selected {
  /** (rows x width): the features' embeddings, each through its own network, weighed. */
  readonly chosen: tf.Tensor2D;
  /** (rows x features), each row sums to 1. */
  readonly weights: tf.Tensor2D;
}

/**
 * Variable selection (Lim et al. 2021, section 4.2) without context, without dropout inside: (rows x features) of numbers.
 * A feature's embedding is a line, x e + b, so that linear maps of embeddings are linear maps of x: the embeddings of all
 * features side by side, (rows x features * width), are never laid out.
 */
export function selectVariables(parameters: Parameters, name: string, x: tf.Tensor2D): Selected {
  const weights = tf.softmax(variableScores(parameters, name, x));
  return { chosen: weighedSum(parameters, name, processedVariables(parameters, name, x), weights), weights };
}

/** LN(skip(all embeddings) + GLU(inner(ELU(hidden(all embeddings))))), (rows x features). */
function variableScores(parameters: Parameters, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const part = (role: string): Affine => linear(parameters, `${name}.weights.${role}`);
  const inner = affine(part('inner'), tf.elu(affine(ofEmbeddings(parameters, name, 'hidden'), x)));
  const unit = gated(affine(part('value'), inner), affine(part('gate'), inner));
  return layerNorm(parameters, `${name}.weights.norm`, tf.add(affine(ofEmbeddings(parameters, name, 'skip'), x), unit));
}

/** The linear map `role` of all embeddings as one of the features themselves, (features x outputs). */
function ofEmbeddings(parameters: Parameters, name: string, role: string): Affine {
  const { kernel, bias } = linear(parameters, `${name}.weights.${role}`);
  const [features, width] = parameter(parameters, `${name}.embedding.kernel`).shape as [number, number];
  const outputs = kernel.shape[1];
  const byFeature: tf.Tensor3D = tf.reshape(kernel, [features, width, outputs]);
  const slopes: tf.Tensor3D = tf.reshape(parameter(parameters, `${name}.embedding.kernel`), [features, 1, width]);
  const offsets: tf.Tensor2D = tf.reshape(parameter(parameters, `${name}.embedding.bias`), [1, features * width]);
  return {
    kernel: tf.reshape(tf.matMul(slopes, byFeature), [features, outputs]),
    bias: tf.add(bias, tf.reshape(tf.matMul(offsets, kernel), [outputs])),
  };
}

/**
 * What goes into the norm of every feature's own network: embedding + GLU(inner(ELU(hidden(embedding)))), (features x rows x
 * width). Products of matrices with one matrix a feature; a column of ones carries the biases along (ELU leaves it at 1);
 * `inner` and the two halves of the GLU, linear one after the other, are one product each.
 */
function processedVariables(parameters: Parameters, name: string, x: tf.Tensor2D): tf.Tensor3D {
  const [rows, features] = x.shape;
  const own = (role: string): Lines => linesOf(parameters, `${name}.variables.${role}`);
  const embedding = linesOf(parameters, `${name}.embedding`);
  const hidden = after(embedding, own('hidden'));
  const halves = (['value', 'gate'] as const).map((role) => after(own('inner'), own(role)));
  // (features x rows x 2): the number and 1.
  const numbers = tf.stack([tf.transpose(x), tf.ones([features, rows])], 2) as tf.Tensor3D;
  const activated = tf.elu(tf.matMul(numbers, withOne(hidden)));
  const [value, gate] = halves.map((half) => tf.matMul(activated, asMatrix(half))) as [tf.Tensor3D, tf.Tensor3D];
  return tf.add(tf.matMul(numbers, asMatrix(embedding)), gated(value, gate));
}

/** Sum over features of weight * LN(processed): (rows x width). */
function weighedSum(parameters: Parameters, name: string, processed: tf.Tensor3D, weights: tf.Tensor2D): tf.Tensor2D {
  const [features, rows, width] = processed.shape;
  const gain = tf.reshape(parameter(parameters, `${name}.variables.norm.gain`), [features, 1, width]);
  const share = tf.reshape(tf.transpose(weights), [features, rows, 1]);
  const scaled = tf.mul(tf.mul(normalised(processed), gain), share);
  const shifts: tf.Tensor2D = tf.matMul(weights, parameter(parameters, `${name}.variables.norm.bias`));
  return tf.add(tf.sum(scaled, 0), shifts);
}

/** A linear map for each feature. */
interface Lines {
  /** (features x inputs x outputs) */
  readonly kernel: tf.Tensor3D;
  /** (features x 1 x outputs) */
  readonly bias: tf.Tensor3D;
}

function linesOf(parameters: Parameters, name: string): Lines {
  const kernel = parameter(parameters, `${name}.kernel`);
  const [features, outputs] = [kernel.shape[0], kernel.shape.at(-1)] as [number, number];
  return {
    kernel: tf.reshape(kernel, [features, kernel.size / (features * outputs), outputs]),
    bias: tf.reshape(parameter(parameters, `${name}.bias`), [features, 1, outputs]),
  };
}

/** `second` after `first`, as one map. */
function after(first: Lines, second: Lines): Lines {
  return {
    kernel: tf.matMul(first.kernel, second.kernel),
    bias: tf.add(tf.matMul<tf.Tensor3D>(first.bias, second.kernel), second.bias),
  };
}

/** For inputs with a last column of ones: (features x inputs + 1 x outputs). */
function asMatrix({ kernel, bias }: Lines): tf.Tensor3D {
  return tf.concat([kernel, bias], 1);
}

/** The same with one more output, which is 1 where the last input is. */
function withOne(lines: Lines): tf.Tensor3D {
  const [features, inputs] = lines.kernel.shape;
  const column: tf.Tensor3D = tf.concat([tf.zeros([features, inputs, 1]), tf.ones([features, 1, 1])], 1);
  return tf.concat([asMatrix(lines), column], 2);
}

function linear(parameters: Parameters, name: string): Affine {
  return {
    kernel: parameter(parameters, `${name}.kernel`) as tf.Tensor2D,
    bias: parameter(parameters, `${name}.bias`) as tf.Tensor1D,
  };
}
