import * as tf from '@tensorflow/tfjs-core';
import { pieces, type ScanInputs } from '../../domain/models/nets/layers/selective-scan';

/**
 * The selective scan in chunked matrix form, differentiated by tfjs: within a chunk no step waits for another. With S_t the
 * sum of Delta from the chunk's begin to step t, and h the state that the chunk before has left,
 *
 *     y_t = C_t exp(A S_t) h + sum over s <= t of (sum over n of C_t[n] B_s[n] exp(A[n] (S_t - S_s))) Delta_s x_s
 *
 * which is a lower triangular matrix (step x step) for each sample and channel, times the chunk's inputs. The decays are
 * exponentials of differences: quotients of exponentials of sums would overflow where steps are long. This is the form that
 * `selectiveScan` is tested and timed against; it takes chunk / 2 times its exponentials, since A differs for each channel
 * and state (what Mamba-2 gave up to get matrices that channels share).
 */
export function chunkedScan(inputs: ScanInputs, chunk: number): tf.Tensor3D {
  const { lengths, rates } = inputs;
  const [steps, batch, channels] = lengths.shape;
  const outputs: tf.Tensor[] = [];
  let state: tf.Tensor = tf.zeros([batch, rates.shape[0], channels]);
  for (const { from, size } of pieces(steps, chunk)) {
    const result = scanChunk(inputs, from, size, state);
    outputs.push(result.outputs);
    state = result.state;
  }
  return tf.concat(outputs) as tf.Tensor3D;
}

function scanChunk(
  { lengths, driven, rates, inputWeights, outputWeights }: ScanInputs,
  from: number,
  size: number,
  before: tf.Tensor,
): { readonly outputs: tf.Tensor; readonly state: tf.Tensor } {
  const [, batch, channels] = lengths.shape;
  const states = rates.shape[0];
  const part = (x: tf.Tensor3D): tf.Tensor3D => tf.slice(x, [from, 0, 0], [size, batch, x.shape[2]]);
  const [length, drive, weight, reader] = [part(lengths), part(driven), part(inputWeights), part(outputWeights)];
  // S: (size x batch x channels), as a product with a triangle of ones (tfjs's gradient of cumsum is wrong on this axis).
  const triangle = tf.linalg.bandPart(tf.ones([size, size]), -1, 0);
  const sums = tf.reshape(
    tf.matMul(triangle as tf.Tensor2D, tf.reshape(length, [size, batch * channels])),
    length.shape,
  );
  // S_t - S_s, 0 above the diagonal: (step t x step s x batch x 1 x channels).
  const mask = tf.reshape(triangle, [size, size, 1, 1, 1]);
  const between = tf.mul(
    tf.sub(tf.reshape(sums, [size, 1, batch, 1, channels]), tf.reshape(sums, [1, size, batch, 1, channels])),
    mask,
  );
  const decays = tf.mul(tf.exp(tf.mul(between, rates)), mask);
  const products = tf.mul(
    tf.reshape(reader, [size, 1, batch, 1, states]),
    tf.reshape(weight, [1, size, batch, 1, states]),
  );
  // (step t x step s x batch x channels), then times the inputs of the steps s.
  const matrix = tf.reshape(tf.matMul(products, decays), [size, size, batch, channels]);
  const within = tf.sum(tf.mul(matrix, drive), 1);
  // (size x batch x states x channels)
  const toStep = tf.exp(tf.mul(tf.reshape(sums, [size, batch, 1, channels]), rates));
  const carried = tf.matMul(tf.reshape(reader, [size, batch, 1, states]), tf.mul(toStep, before));
  const last = (x: tf.Tensor, index: number): tf.Tensor => tf.squeeze(tf.slice(x, [index], [1]), [0]);
  const toEnd = last(decays, size - 1);
  const entering = tf.mul(
    tf.mul(toEnd, tf.reshape(weight, [size, batch, states, 1])),
    tf.reshape(drive, [size, batch, 1, channels]),
  );
  return {
    outputs: tf.add(within, tf.reshape(carried, length.shape)),
    state: tf.add(tf.mul(last(toStep, size - 1), before), tf.sum(entering, 0)),
  };
}
