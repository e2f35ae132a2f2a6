import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { parameter } from './dense';
import { constant } from './initial';

const EPSILON = 1e-5;

/** Parameters `<name>.gain` (ones) and `<name>.bias` (zeros), (width). */
export function layerNormParameters(name: string, width: number): readonly ParameterSpec[] {
  return [
    { name: `${name}.gain`, shape: [width], initial: constant([width], 1), decay: false },
    { name: `${name}.bias`, shape: [width], initial: constant([width], 0), decay: false },
  ];
}

/** Layer normalisation over the last axis (Ba, Kiros, Hinton 2016), epsilon 1e-5 as in PyTorch. */
export function layerNorm<T extends tf.Tensor>(parameters: Parameters, name: string, x: T): T {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const scaled = tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(scaled, parameter(parameters, `${name}.gain`)), parameter(parameters, `${name}.bias`));
}
