import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, ProgramDefinition, TensorSpec } from '../training/graph/program';

/**
 * Training steps of nets that are written as simply as can be and differentiated by tfjs: what kernels and gradients of
 * single operations cost. Batch 256, 60 bars of 50 features, one output, squared error, Adam.
 */
export const PLAIN_STEPS: Readonly<Record<string, ProgramDefinition>> = {
  'plain-transformer': step({ ...transformerShapes(), out: [64, 1] }, plainTransformer),
  'plain-lstm': step({ kernel: [50 + 64, 256], bias: [256], out: [64, 1] }, plainLstm),
  'plain-tcn': step({ first: [150, 32], ...tcnShapes(), out: [32, 1] }, plainTcn),
};

const [BATCH, STEPS, FEATURES, WIDTH, HEADS] = [256, 60, 50, 64, 4];
type Weights = Readonly<Record<string, tf.Tensor>>;

function step(
  shapes: Record<string, number[]>,
  net: (weights: Weights, x: tf.Tensor3D) => tf.Tensor,
): ProgramDefinition {
  const names = Object.keys(shapes);
  const sizes = names.map((name) => tf.util.sizeFromShape(shapes[name] ?? []));
  const vector: TensorSpec = { shape: [sizes.reduce((a, b) => a + b, 0)], dtype: 'float32' };
  const loss = (flat: tf.Tensor, x: tf.Tensor3D): tf.Scalar => {
    const parts = tf.split(flat, sizes);
    const weights = Object.fromEntries(
      names.map((name, i) => [name, tf.reshape(parts[i] as tf.Tensor, shapes[name] ?? [])]),
    );
    return tf.mean(tf.square(tf.matMul(net(weights, x) as tf.Tensor2D, weights.out as tf.Tensor2D)));
  };
  return {
    state: { weights: vector, first: vector, second: vector },
    functions: {
      step: {
        inputs: { x: { shape: [256, 60, 50], dtype: 'float32' } },
        body: (state, { x }) => {
          const { weights, first, second } = state as {
            weights: tf.Tensor;
            first: tf.Tensor;
            second: tf.Tensor;
          } & NamedTensors;
          const { value, grad } = tf.valueAndGrad((flat: tf.Tensor) => loss(flat, x as tf.Tensor3D))(weights);
          const m = tf.add(tf.mul(first, 0.9), tf.mul(grad, 0.1));
          const v = tf.add(tf.mul(second, 0.999), tf.mul(tf.square(grad), 0.001));
          const next = tf.sub(weights, tf.mul(1e-3, tf.div(m, tf.add(tf.sqrt(v), 1e-8))));
          return { outputs: { loss: value }, state: { weights: next, first: m, second: v } };
        },
      },
    },
  };
}

function transformerShapes(): Record<string, number[]> {
  const layer = (i: number): Record<string, number[]> => ({
    [`${i}.qkv`]: [64, 192],
    [`${i}.qkvBias`]: [192],
    [`${i}.merge`]: [64, 64],
    [`${i}.mergeBias`]: [64],
    [`${i}.up`]: [64, 128],
    [`${i}.upBias`]: [128],
    [`${i}.down`]: [128, 64],
    [`${i}.downBias`]: [64],
  });
  return { in: [50, 64], inBias: [64], ...layer(0), ...layer(1) };
}

function plainTransformer(weights: Weights, x: tf.Tensor3D): tf.Tensor {
  const rows = BATCH * STEPS;
  const dense = (input: tf.Tensor, name: string): tf.Tensor =>
    tf.add(tf.matMul(input as tf.Tensor2D, weights[name] as tf.Tensor2D), weights[`${name}Bias`] as tf.Tensor);
  let hidden = dense(tf.reshape(x, [rows, FEATURES]), 'in');
  for (const i of [0, 1]) {
    const split = tf.split(dense(norm(hidden), `${i}.qkv`), 3, 1);
    const [q, k, v] = split.map((part) =>
      tf.transpose(tf.reshape(part, [BATCH, STEPS, HEADS, WIDTH / HEADS]), [0, 2, 1, 3]),
    );
    const scores = tf.mul(tf.matMul(q as tf.Tensor, k as tf.Tensor, false, true), 1 / Math.sqrt(WIDTH / HEADS));
    const context = tf.transpose(tf.matMul(tf.softmax(scores), v as tf.Tensor), [0, 2, 1, 3]);
    hidden = tf.add(hidden, dense(tf.reshape(context, [rows, WIDTH]), `${i}.merge`));
    hidden = tf.add(hidden, dense(tf.relu(dense(norm(hidden), `${i}.up`)), `${i}.down`));
  }
  return tf.mean(tf.reshape(norm(hidden), [BATCH, STEPS, WIDTH]), 1);
}

function norm(x: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)));
}

function plainLstm({ kernel, bias }: Weights, x: tf.Tensor3D): tf.Tensor {
  let [hidden, cell] = [tf.zeros([BATCH, WIDTH]), tf.zeros([BATCH, WIDTH])];
  for (const input of tf.unstack(x, 1)) {
    const sums = tf.add(
      tf.matMul(tf.concat([input, hidden], 1) as tf.Tensor2D, kernel as tf.Tensor2D),
      bias as tf.Tensor,
    );
    const [i, f, o, g] = tf.split(sums, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    cell = tf.add(tf.mul(tf.sigmoid(f), cell), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    hidden = tf.mul(tf.sigmoid(o), tf.tanh(cell));
  }
  return hidden;
}

function tcnShapes(): Record<string, number[]> {
  return Object.fromEntries([1, 2, 3].map((block) => [`block${block}`, [96, 32]]));
}

/** Causal convolutions of width 3 and dilation 1, 2, 4, 8, as products of matrices. */
function plainTcn(weights: Weights, x: tf.Tensor3D): tf.Tensor {
  let hidden = convolved(x, weights.first as tf.Tensor2D, 1);
  for (const block of [1, 2, 3])
    hidden = tf.add(hidden, convolved(hidden, weights[`block${block}`] as tf.Tensor2D, 2 ** block));
  return tf.reshape(tf.slice(hidden, [0, STEPS - 1, 0], [BATCH, 1, 32]), [BATCH, 32]);
}

function convolved(x: tf.Tensor3D, kernel: tf.Tensor2D, dilation: number): tf.Tensor3D {
  const channels = x.shape[2];
  const padded = tf.pad(x, [[0, 0], [2 * dilation, 0], [0, 0]]); // prettier-ignore
  const lagged = [0, 1, 2].map((lag) => tf.slice(padded, [0, lag * dilation, 0], [BATCH, STEPS, channels]));
  const rows = tf.reshape<tf.Rank.R2>(tf.concat(lagged, 2), [BATCH * STEPS, 3 * channels]);
  return tf.reshape(tf.relu(tf.matMul(rows, kernel)), [BATCH, STEPS, 32]);
}
