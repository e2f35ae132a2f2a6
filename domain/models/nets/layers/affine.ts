import * as tf from '@tensorflow/tfjs-core';

/** A linear map, its tensors at hand. */
export interface Affine {
  /** (inputs x outputs) */
  readonly kernel: tf.Tensor2D;
  /** (outputs) */
  readonly bias: tf.Tensor1D;
}

/** x W + b: (rows x inputs) -> (rows x outputs). */
export function affine({ kernel, bias }: Affine, x: tf.Tensor2D): tf.Tensor2D {
  return tf.add(tf.matMul(x, kernel), bias);
}

/** The map with all that it gives multiplied by `factor`. */
export function scaled({ kernel, bias }: Affine, factor: number): Affine {
  return { kernel: tf.mul(kernel, factor), bias: tf.mul(bias, factor) };
}
