import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, ProgramDefinition, TensorSpec } from '../../../training/graph/program';

/** One piece of tensor work on `x` (6 x 4) and `index` (3 whole numbers below 4); every case is also differentiated by x. */
export interface WorkCase {
  readonly name: string;
  readonly work: (x: tf.Tensor2D, index: tf.Tensor1D) => tf.Tensor;
}

const ROWS = 6;
const COLUMNS = 4;

/** tanh with a gradient of its own: twice the right one, so that it shows. */
const doubledTanh = tf.customGrad((...args) => {
  const [x, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void];
  const y = tf.tanh(x);
  save([y]);
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor =>
    tf.mul(dy, tf.mul(2, tf.sub(1, tf.square(saved[0] ?? y))));
  return { value: y, gradFunc };
});

export const WORK_CASES: readonly WorkCase[] = [
  { name: 'gather rows', work: (x, index) => tf.gather(x, index) },
  { name: 'gather columns', work: (x, index) => tf.gather(x, index, 1) },
  { name: 'softmax', work: (x) => tf.mul(tf.softmax(x), x) },
  { name: 'log softmax', work: (x) => tf.mul(tf.logSoftmax(x), 0.5) },
  { name: 'softmax of rank 3', work: (x) => tf.square(tf.softmax(tf.reshape(x, [2, 3, 4]))) },
  { name: 'customGrad', work: (x) => doubledTanh(x) },
  { name: 'split and concat', work: (x) => tf.concat([...tf.split(x, [1, 3], 1)].reverse(), 1) },
  { name: 'split of a vector', work: (x) => tf.concat(tf.split(tf.reshape(x, [24]), 3).map(tf.square)) },
  { name: 'slice', work: (x) => tf.square(tf.slice(x, [1, 2], [3, 2])) },
  {
    name: 'strided slice',
    work: (x, index) =>
      tf.mul(tf.slice(x, [0, 0], [2, 2]), tf.add(1, tf.stridedSlice(hot(index), [0, 0], [3, 4], [2, 2]))),
  },
  { name: 'transpose', work: (x) => tf.mul(tf.transpose(x), tf.transpose(x)) },
  { name: 'transpose of rank 3', work: (x) => tf.square(tf.transpose(tf.reshape(x, [2, 3, 4]), [1, 2, 0])) },
  { name: 'cumsum', work: (x) => tf.square(tf.cumsum(x, 0)) },
  { name: 'cumsum of the last axis, backwards', work: (x) => tf.square(tf.cumsum(x, 1, true, true)) },
  { name: 'convolution as products of slices', work: convolutionByProducts },
  { name: 'conv1d', work: (x) => tf.conv1d(tf.reshape<tf.Rank.R3>(x, [1, 6, 4]), tf.ones([2, 4, 3]), 1, 'same') },
  {
    name: 'where',
    work: (x) => tf.where(tf.greater(tf.sin(tf.reshape(tf.range(0, 24), [6, 4])), 0.1), tf.square(x), tf.neg(x)),
  },
  { name: 'one-hot', work: (x, index) => tf.matMul(hot(index), x, false, true) },
  { name: 'matMul', work: (x) => tf.matMul(x, x, true, false) },
  { name: 'matMul transposed', work: (x) => tf.matMul(tf.square(x), x, false, true) },
  { name: 'matMul of both transposed', work: (x) => tf.matMul(tf.square(x), tf.reshape(x, [4, 6]), true, true) },
  { name: 'batched matMul', work: (x) => batchedProduct(x) },
  { name: 'relu', work: (x) => tf.relu(tf.mul(x, 3)) },
  { name: 'sigmoid', work: (x) => tf.sigmoid(tf.mul(x, 3)) },
  { name: 'tanh', work: (x) => tf.tanh(tf.mul(x, 3)) },
  { name: 'elu', work: (x) => tf.elu(x) },
  { name: 'softplus', work: (x) => tf.softplus(x) },
  { name: 'erf', work: (x) => tf.mul(x, tf.erf(x)) },
  { name: 'bias over rank 2', work: (x) => tf.square(tf.add(x, tf.slice(tf.reshape(x, [24]), [0], [4]))) },
  {
    name: 'bias over rank 3',
    work: (x) => tf.square(tf.add(tf.reshape(x, [2, 3, 4]), tf.slice(tf.reshape(x, [24]), [4], [4]))),
  },
  { name: 'column times row', work: (x) => tf.mul(tf.slice(x, [0, 0], [6, 1]), tf.slice(x, [0, 0], [1, 4])) },
  { name: 'mean, variance', work: (x) => tf.mean(tf.square(tf.sub(x, tf.mean(x, -1, true))), -1, true) },
  { name: 'max', work: (x) => tf.max(x, 1) },
  { name: 'maximum', work: (x) => tf.maximum(x, tf.reverse(x, 0)) },
  { name: 'clip', work: (x) => tf.clipByValue(x, -0.3, 0.4) },
  { name: 'stack and unstack', work: (x) => tf.stack([...tf.unstack(x, 1)].reverse().map(tf.square)) },
  {
    name: 'pad',
    work: (x) =>
      tf.square(
        tf.pad(x, [
          [2, 0],
          [0, 1],
        ]),
      ),
  },
  { name: 'tile', work: (x) => tf.square(tf.tile(x, [2, 1])) },
  { name: 'exp, log, sqrt, pow', work: (x) => tf.pow(tf.sqrt(tf.log(tf.add(2, tf.exp(x)))), 3) },
  { name: 'division', work: (x) => tf.div(x, tf.add(2, tf.square(tf.reverse(x, 1)))) },
  { name: 'minimum, and of equals', work: (x) => tf.minimum(tf.square(x), tf.minimum(x, x)) },
  { name: 'maximum with one number', work: (x) => tf.maximum(x, 0.2) },
  { name: 'mean of rows', work: (x) => tf.square(tf.mean(x, 0)) },
  { name: 'sum over all', work: (x) => tf.square(tf.sum(x)) },
  { name: 'sum of two axes of three', work: (x) => tf.square(tf.sum(tf.reshape(x, [2, 3, 4]), [0, 2])) },
  { name: 'normalised rows', work: (x) => normalisedRows(x) },
  { name: 'batched matMul of rank 4', work: (x) => batchedProductOfRank4(x) },
  {
    name: 'batched matMul with one matrix',
    work: (x) => tf.matMul(tf.reshape(x, [2, 3, 4]), tf.reshape(tf.sin(tf.range(0, 16)), [1, 4, 4])),
  },
  { name: 'a constant from outside', work: (x) => tf.mul(x, tf.tensor2d([[1], [2], [3], [4], [5], [6]])) },
];

/** Cases whose gradient tfjs's own code cannot compute. */
export const STOCK_FAILURES: readonly string[] = ['cumsum'];

/** A causal convolution of width 3 over time: one product of (time x (3 columns)) with a constant kernel. */
function convolutionByProducts(x: tf.Tensor2D): tf.Tensor {
  const padded = tf.pad(x, [
    [2, 0],
    [0, 0],
  ]);
  const shifted = [0, 1, 2].map((lag) => tf.slice(padded, [lag, 0], [ROWS, COLUMNS]));
  const kernel = tf.reshape<tf.Rank.R2>(tf.range(0, 3 * COLUMNS * 2, 1), [3 * COLUMNS, 2]);
  return tf.relu(tf.matMul(tf.concat<tf.Tensor2D>(shifted, 1), tf.sin(kernel)));
}

const hot = (index: tf.Tensor1D): tf.Tensor2D => tf.cast(tf.oneHot(index, COLUMNS), 'float32') as tf.Tensor2D;

function batchedProduct(x: tf.Tensor2D): tf.Tensor {
  const a = tf.reshape(x, [2, 3, 4]);
  return tf.matMul(tf.softmax(tf.matMul(a, a, false, true)), a);
}

function batchedProductOfRank4(x: tf.Tensor2D): tf.Tensor {
  const a = tf.reshape(x, [2, 2, 3, 2]);
  return tf.matMul(tf.matMul(a, tf.square(a), true, false), a, false, true);
}

function normalisedRows(x: tf.Tensor2D): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)));
}

/** The case as a program: its value, and the gradient by x of the sum of its squares. */
export function workProgram({ work }: WorkCase): ProgramDefinition {
  const inputs = {
    x: { shape: [ROWS, COLUMNS], dtype: 'float32' },
    index: { shape: [3], dtype: 'int32' },
  } satisfies Record<string, TensorSpec>;
  return {
    state: {},
    functions: {
      work: {
        inputs,
        body: (_, tensors) => {
          const { x, index } = tensors as { x: tf.Tensor2D; index: tf.Tensor1D } & NamedTensors;
          const gradient = tf.grad((at: tf.Tensor) => tf.sum(tf.square(work(at as tf.Tensor2D, index))))(x);
          return { outputs: { value: work(x, index), gradient } };
        },
      },
    },
  };
}

export const WORK_INPUTS = {
  x: Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => Math.sin(5 * i + 1)),
  index: Int32Array.of(2, 0, 3),
};
