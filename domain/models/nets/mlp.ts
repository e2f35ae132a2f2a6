import * as tf from '@tensorflow/tfjs-core';
import type { NetDefinition, NetPlan, WindowShape } from './contract';
import { dense, denseParameters } from './layers/dense';
import { dropout, dropoutSites } from './layers/dropout';
import { gelu } from './layers/gelu';
import { layerNorm, layerNormParameters } from './layers/layer-norm';
import { checked } from './layers/sizes';

export interface MlpSizes {
  /** Widths of the hidden layers, the first one first. */
  readonly hidden: readonly number[];
  readonly dropout: number;
}

/**
 * A perceptron with hidden layers on the flattened window: each layer is linear -> layer norm -> GELU -> dropout. GELU, since
 * it is smooth and does no worse than ReLU (Hendrycks and Gimpel 2016).
 */
export const mlp: NetDefinition<MlpSizes> = {
  name: 'mlp',
  version: 1,
  paper: 'Rumelhart, Hinton and Williams (1986), Learning representations by back-propagating errors',
  plan: checked('mlp', planMlp),
};

function planMlp(sizes: MlpSizes, { lookback, features }: WindowShape): NetPlan {
  const outputWidth = sizes.hidden.at(-1);
  if (outputWidth === undefined) throw new RangeError('An MLP needs at least one hidden layer; `hidden` is empty.');
  const flatWidth = lookback * features;
  const { sites, total } = dropoutSites(sizes.dropout, sizes.hidden);
  return {
    parameters: sizes.hidden.flatMap((width, i) => [
      ...denseParameters(`layer${i}`, sizes.hidden[i - 1] ?? flatWidth, width),
      ...layerNormParameters(`norm${i}`, width),
    ]),
    dropoutUnits: total,
    outputWidth,
    trunk: (parameters, windows, noise) => {
      // (batch x lookback x features) -> (batch x lookback * features), then (batch x hidden[i]) from layer to layer.
      const flat: tf.Tensor2D = tf.reshape(windows, [windows.shape[0], flatWidth]);
      return sizes.hidden.reduce((x, _, i) => {
        const normed = layerNorm(parameters, `norm${i}`, dense(parameters, `layer${i}`, x));
        return dropout(gelu(normed), noise, sites[i], sizes.dropout);
      }, flat);
    },
  };
}
