import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { constant, glorotUniform } from './initial';

/** Parameters `<name>.kernel` (inputs x outputs, Glorot uniform unless told) and `<name>.bias` (outputs, zero). */
export function denseParameters(
  name: string,
  inputs: number,
  outputs: number,
  initialKernel: ParameterSpec['initial'] = glorotUniform([inputs, outputs], inputs, outputs),
): readonly ParameterSpec[] {
  return [
    { name: `${name}.kernel`, shape: [inputs, outputs], initial: initialKernel, decay: true },
    { name: `${name}.bias`, shape: [outputs], initial: constant([outputs], 0), decay: false },
  ];
}

/** x W + b: (rows x inputs) -> (rows x outputs). */
export function dense(parameters: Parameters, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return tf.add(
    tf.matMul(x, parameter(parameters, `${name}.kernel`) as tf.Tensor2D),
    parameter(parameters, `${name}.bias`),
  );
}

/** The same on the last axis of (batch x steps x inputs), as one product of matrices. */
export function denseOverSteps(parameters: Parameters, name: string, x: tf.Tensor3D): tf.Tensor3D {
  const [batch, steps, inputs] = x.shape;
  const flat = dense(parameters, name, tf.reshape(x, [batch * steps, inputs]));
  return tf.reshape(flat, [batch, steps, flat.shape[1]]);
}

/** A parameter that the plan declared. */
export function parameter(parameters: Parameters, name: string): tf.Tensor {
  const found = parameters[name];
  if (found === undefined) throw new RangeError(`The net has no parameter '${name}'.`);
  return found;
}
