import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { dense, denseParameters } from './dense';

/** Parameters of the two halves, `<name>.value` and `<name>.gate`. */
export function gatedLinearUnitParameters(name: string, inputs: number, outputs: number): readonly ParameterSpec[] {
  return [...denseParameters(`${name}.value`, inputs, outputs), ...denseParameters(`${name}.gate`, inputs, outputs)];
}

/** (x W + b) * sigmoid(x V + c) (Dauphin et al. 2017): (rows x inputs) -> (rows x outputs). */
export function gatedLinearUnit(parameters: Parameters, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return gated(dense(parameters, `${name}.value`, x), dense(parameters, `${name}.gate`, x));
}

/** value * sigmoid(gate). */
export function gated<T extends tf.Tensor>(value: T, gate: T): T {
  return gatedWithGradient(value, gate) as T;
}

const gatedWithGradient = tf.customGrad((...given) => {
  const [value, gate, save] = given as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
  const share = tf.sigmoid(gate);
  const output = tf.mul(value, share);
  save([share, output]);
  return {
    value: output,
    gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) =>
      tf.tidy(() => {
        const [open, passed] = saved as [tf.Tensor, tf.Tensor];
        // d/dgate = value * share * (1 - share), of which value * share is at hand.
        return [tf.mul(slope, open), tf.mul(tf.mul(slope, passed), tf.sub(1, open))];
      }),
  };
});
