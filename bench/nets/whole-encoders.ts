import * as tf from '@tensorflow/tfjs-core';
import type { NetPlan, Parameters, WindowShape } from '../../domain/models/nets/contract';
import { dense, parameter } from '../../domain/models/nets/layers/dense';
import { encoderLayer } from '../../domain/models/nets/layers/encoder';
import type { EncoderSizes } from '../../domain/models/nets/layers/encoder-stack';
import { gelu } from '../../domain/models/nets/layers/gelu';
import { layerNorm } from '../../domain/models/nets/layers/layer-norm';
import { patchCount, patchesOf } from '../../domain/models/nets/layers/patches';
import { sinusoidalPositions } from '../../domain/models/nets/layers/positional';
import { normaliseInstances } from '../../domain/models/nets/layers/reversible-instance-norm';
import { patchtst, type PatchTstSizes } from '../../domain/models/nets/patchtst';
import { transformer, type TransformerSizes } from '../../domain/models/nets/transformer';

/** The transformer with every step of its last layer computed, as PyTorch's and Keras's encoders do; equal numbers. */
export function planWholeTransformer(sizes: TransformerSizes, window: WindowShape): NetPlan {
  const { lookback, features } = window;
  const positions = sinusoidalPositions(lookback, sizes.width);
  return {
    ...transformer.plan(sizes, window),
    trunk: (parameters, windows) => {
      const rows = windows.shape[0] * lookback;
      const projected = tf.matMul(tf.reshape(windows, [rows, features]), parameter(parameters, 'embedding.kernel'));
      const offset = tf.add(tf.tensor2d(positions, [lookback, sizes.width]), parameter(parameters, 'embedding.bias'));
      const embedded = tf.add(tf.reshape(projected, [windows.shape[0], lookback, sizes.width]), offset);
      return encodeWhole(parameters, sizes, tf.reshape(embedded, [rows, sizes.width]), lookback);
    },
  };
}

/** PatchTST with every patch of its last layer computed; equal numbers. */
export function planWholePatchTst(sizes: PatchTstSizes, window: WindowShape): NetPlan {
  const plan = patchtst.plan(sizes, window);
  const { lookback, features } = window;
  const { width } = sizes;
  const count = patchCount(lookback, sizes);
  return {
    ...plan,
    trunk: (parameters, windows) => {
      const batch = windows.shape[0];
      const rows: tf.Tensor2D = tf.reshape(tf.transpose(windows, [0, 2, 1]), [batch * features, lookback]);
      const { series, mean, deviation } = normaliseInstances(rows);
      const flat: tf.Tensor2D = tf.reshape(patchesOf(series, sizes), [batch * features * count, sizes.patchLength]);
      const projected = tf.matMul(flat, parameter(parameters, 'embedding.kernel'));
      const offset = tf.add(parameter(parameters, 'positions'), parameter(parameters, 'embedding.bias'));
      const tokens = tf.add(tf.reshape(projected, [batch * features, count, width]), offset);
      const encoded = encodeWhole(parameters, sizes, tf.reshape(tokens, [-1, width]), count);
      const codes = gelu(dense(parameters, 'featureHead', encoded));
      return dense(parameters, 'head', tf.reshape(tf.concat([codes, mean, deviation], 1), [batch, -1]));
    },
  };
}

/** `encodeLastStep` by all the work there is: (sequences * steps x width) -> (sequences x width). */
function encodeWhole(parameters: Parameters, sizes: EncoderSizes, x: tf.Tensor2D, steps: number): tf.Tensor2D {
  const batch = x.shape[0] / steps;
  const kept = { attended: (rows: tf.Tensor2D) => rows, fed: (rows: tf.Tensor2D) => rows };
  const encoded = Array.from({ length: sizes.layers }).reduce<tf.Tensor2D>(
    (rows, _, i) => encoderLayer(parameters, `layer${i}`, rows, { batch, steps, heads: sizes.heads }, kept),
    x,
  );
  const normed = tf.reshape(layerNorm(parameters, 'finalNorm', encoded), [batch, steps, sizes.width]);
  return tf.reshape(tf.slice(normed, [0, steps - 1, 0], [batch, 1, sizes.width]), [batch, sizes.width]);
}
