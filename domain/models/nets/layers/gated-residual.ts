import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { dense, denseParameters } from './dense';
import type { RowDropout } from './dropout';
import { gatedLinearUnit, gatedLinearUnitParameters } from './gated-linear-unit';
import { layerNorm, layerNormParameters } from './layer-norm';

/** Parameters of a gated residual network of one width: `.hidden`, `.inner`, `.value`, `.gate`, `.norm`. */
export function gatedResidualParameters(name: string, width: number): readonly ParameterSpec[] {
  return [
    ...denseParameters(`${name}.hidden`, width, width),
    ...denseParameters(`${name}.inner`, width, width),
    ...gatedLinearUnitParameters(name, width, width),
    ...layerNormParameters(`${name}.norm`, width),
  ];
}

/**
 * Gated residual network (Lim et al. 2021, equations 2 to 5) without context: LN(x + GLU(dropout(W1 ELU(W2 x + b2) + b1))).
 * (rows x width) -> the same.
 */
export function gatedResidual(parameters: Parameters, name: string, x: tf.Tensor2D, dropped: RowDropout): tf.Tensor2D {
  const hidden = tf.elu(dense(parameters, `${name}.hidden`, x));
  return gatedSkip(parameters, name, dropped(dense(parameters, `${name}.inner`, hidden)), x);
}

/** Parameters of `gatedSkip`: `.value`, `.gate`, `.norm`. */
export function gatedSkipParameters(name: string, width: number): readonly ParameterSpec[] {
  return [...gatedLinearUnitParameters(name, width, width), ...layerNormParameters(`${name}.norm`, width)];
}

/** LN(skipped + GLU(x)): what x adds, a gate decides. */
export function gatedSkip(parameters: Parameters, name: string, x: tf.Tensor2D, skipped: tf.Tensor2D): tf.Tensor2D {
  return layerNorm(parameters, `${name}.norm`, tf.add(skipped, gatedLinearUnit(parameters, name, x)));
}
