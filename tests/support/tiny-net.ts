import * as tf from '@tensorflow/tfjs-core';
import type { NetDefinition } from '../../domain/models/nets/contract';
import { dense, denseParameters } from '../../domain/models/nets/layers/dense';
import { dropout, dropoutSites } from '../../domain/models/nets/layers/dropout';

export interface TinySizes {
  readonly units: number;
  readonly dropout: number;
}

/** One smooth dense layer on the whole window: the least that is a net, quick enough to be trained in a test. */
export const tinyNet: NetDefinition<TinySizes> = {
  name: 'tiny',
  version: 1,
  paper: 'none: for tests only',
  plan: (sizes, { lookback, features }) => {
    if (sizes.units < 1) throw new RangeError(`units is ${sizes.units}; at least 1 is needed.`);
    const width = lookback * features;
    const { sites, total } = dropoutSites(sizes.dropout, [sizes.units]);
    return {
      parameters: denseParameters('hidden', width, sizes.units),
      dropoutUnits: total,
      outputWidth: sizes.units,
      trunk: (parameters, windows, noise) => {
        const flat: tf.Tensor2D = tf.reshape(windows, [windows.shape[0], width]);
        const hidden: tf.Tensor2D = tf.tanh(dense(parameters, 'hidden', flat));
        return dropout(hidden, noise, sites[0], sizes.dropout);
      },
      explain: (_, windows) => ({ attention: tf.mean(windows, 2) }),
    };
  },
};
