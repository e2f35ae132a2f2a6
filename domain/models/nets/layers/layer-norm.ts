import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { parameter } from './dense';
import { constant } from './initial';
import { normalised } from './normalised';

/** Parameters `<name>.gain` (ones) and `<name>.bias` (zeros), (width). */
export function layerNormParameters(name: string, width: number): readonly ParameterSpec[] {
  return [
    { name: `${name}.gain`, shape: [width], initial: constant([width], 1), decay: false },
    { name: `${name}.bias`, shape: [width], initial: constant([width], 0), decay: false },
  ];
}

/** Layer normalisation over the last axis (Ba, Kiros, Hinton 2016), epsilon 1e-5 as in PyTorch. */
export function layerNorm<T extends tf.Tensor>(parameters: Parameters, name: string, x: T): T {
  const scaled = tf.mul(normalised(x), parameter(parameters, `${name}.gain`));
  return tf.add(scaled, parameter(parameters, `${name}.bias`));
}
