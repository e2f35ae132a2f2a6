import * as tf from '@tensorflow/tfjs-core';
import type { NetDefinition, NetPlan, WindowShape } from './contract';
import { denseParameters, parameter } from './layers/dense';
import { encodeLastStep, encoderDropoutSites, encoderParameters, type EncoderSizes } from './layers/encoder-stack';
import { sinusoidalPositions } from './layers/positional';
import { checked, requireHeads } from './layers/sizes';

export type TransformerSizes = EncoderSizes;

/**
 * The encoder of Vaswani et al. (2017): bars projected to `width`, sinusoidal positions added, layers of self-attention and
 * feed-forward; the last bar's output, normalised, is the trunk's. Differences from the paper, on purpose:
 * - layer norm before each part, not behind it (Xiong et al. 2020): gradients are even over the layers from the first step
 *   on, so that it trains with little or no warm-up;
 * - GELU in place of ReLU, which has no kink;
 * - dropout behind the embedding and behind each part as in the paper, but with one mask for all bars of a window
 *   (Gal and Ghahramani 2016) and none on attention weights.
 * Positions are fixed numbers, no parameters: every window ends at the bar predicted for, so that a place in it always means
 * the same distance. The last layer is computed for the last bar only; nothing else of it is looked at.
 */
export const transformer: NetDefinition<TransformerSizes> = {
  name: 'transformer',
  version: 1,
  paper: 'Vaswani, Shazeer, Parmar et al. (2017), Attention Is All You Need',
  plan: checked('transformer', planTransformer),
};

function planTransformer(sizes: TransformerSizes, { lookback, features }: WindowShape): NetPlan {
  const { width } = sizes;
  requireHeads('transformer', width, sizes.heads);
  const positions = sinusoidalPositions(lookback, width);
  const { sites, total } = encoderDropoutSites(sizes);
  return {
    parameters: [...denseParameters('embedding', features, width), ...encoderParameters(sizes)],
    dropoutUnits: total,
    outputWidth: width,
    trunk: (parameters, windows, noise) => {
      const rows = windows.shape[0] * lookback;
      const projected = tf.matMul(tf.reshape(windows, [rows, features]), parameter(parameters, 'embedding.kernel'));
      // Bias and position in one pass: (batch x lookback x width) + (lookback x width).
      const offset = tf.add(tf.tensor2d(positions, [lookback, width]), parameter(parameters, 'embedding.bias'));
      const embedded = tf.add(tf.reshape(projected, [windows.shape[0], lookback, width]), offset);
      return encodeLastStep(parameters, sizes, tf.reshape(embedded, [rows, width]), lookback, noise, sites);
    },
  };
}
