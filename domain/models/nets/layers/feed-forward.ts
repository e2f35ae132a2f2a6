import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { affine, scaled, type Affine } from './affine';
import { denseParameters, parameter } from './dense';
import { foldedNorm } from './normalised';

/** Parameters `<name>.inner` (width x hidden) and `<name>.outer` (hidden x width), each with bias. */
export function feedForwardParameters(name: string, width: number, hidden: number): readonly ParameterSpec[] {
  return [...denseParameters(`${name}.inner`, width, hidden), ...denseParameters(`${name}.outer`, hidden, width)];
}

/**
 * The position-wise feed-forward part of an encoder layer, GELU(LN(x) W1 + b1) W2 + b2, on the rows of what `normalised`
 * gave for x: (rows x width) -> (rows x width). Gain and bias of the norm `norm`, and GELU's factors, are worked into the
 * matrices: with z = u / sqrt(2), GELU(u) = z (1 + erf z) / sqrt(2).
 */
export function feedForward(parameters: Parameters, name: string, norm: string, x: tf.Tensor2D): tf.Tensor2D {
  const inner = foldedNorm(
    parameters,
    norm,
    parameter(parameters, `${name}.inner.kernel`) as tf.Tensor2D,
    parameter(parameters, `${name}.inner.bias`) as tf.Tensor1D,
  );
  const outer: Affine = {
    kernel: tf.mul(parameter(parameters, `${name}.outer.kernel`), Math.SQRT1_2),
    bias: parameter(parameters, `${name}.outer.bias`) as tf.Tensor1D,
  };
  return affine(outer, doubledGelu(affine(scaled(inner, Math.SQRT1_2), x)) as tf.Tensor2D);
}

const LOG_SLOPE = Math.log(2 / Math.sqrt(Math.PI));

/** z (1 + erf z), whose derivative is (1 + erf z) + z * 2 / sqrt(pi) * exp(-z^2). */
const doubledGelu = tf.customGrad((z, save) => {
  const input = z as tf.Tensor;
  const doubled = tf.add(tf.erf(input), 1);
  (save as tf.GradSaveFunc)([input, doubled]);
  return {
    value: tf.mul(input, doubled),
    gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) =>
      tf.tidy(() => {
        const [kept, distribution] = saved as [tf.Tensor, tf.Tensor];
        const density = tf.exp(tf.sub(LOG_SLOPE, tf.square(kept)));
        return tf.mul(slope, tf.add(distribution, tf.mul(kept, density)));
      }),
  };
});
