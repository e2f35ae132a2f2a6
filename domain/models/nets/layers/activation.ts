import * as tf from '@tensorflow/tfjs-core';
import { gelu } from './gelu';

/** ReLU, as in the papers; GELU where a smooth unit is wanted. */
export type Activation = 'relu' | 'gelu';

export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  switch (activation) {
    case 'relu':
      return tf.relu(x);
    case 'gelu':
      return gelu(x);
  }
}
