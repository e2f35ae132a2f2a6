import * as tf from '@tensorflow/tfjs-core';
import type { DropoutNoise, ParameterSpec, Parameters } from '../contract';
import { dropout, type DropoutSite } from './dropout';
import { lastOfMambaBlock, mambaBlock, mambaBlockParameters, type MambaBlockSizes } from './mamba-block';
import { rmsNorm, rmsNormParameters } from './rms-norm';
import { dropSteps, lastStep } from './time-major';

export interface MambaStackSizes extends MambaBlockSizes {
  readonly dropout: number;
}

/** Parameters of the blocks `block<i>` and of the norm `norm` behind them. */
export function mambaStackParameters(sizes: MambaStackSizes): readonly ParameterSpec[] {
  const blocks = Array.from({ length: sizes.layers }, (_, i) => mambaBlockParameters(`block${i}`, sizes));
  return [...blocks.flat(), ...rmsNormParameters('norm', sizes.width)];
}

/** Widths of the stack's dropout sites: one mask of the residual path behind each block, the same for all steps. */
export function mambaStackDropoutWidths({ layers, width }: MambaStackSizes): readonly number[] {
  return Array.from({ length: layers }, () => width);
}

/**
 * The last step's output of residual blocks x + dropout(block(norm(x))) and a last norm: (steps x batch x width) ->
 * (batch x width). Of the last block nothing but its last step is computed.
 */
export function lastOfMambaStack(
  parameters: Parameters,
  sizes: MambaStackSizes,
  x: tf.Tensor3D,
  noise: DropoutNoise,
  sites: readonly DropoutSite[],
): tf.Tensor2D {
  const last = sizes.layers - 1;
  const path = Array.from({ length: last }).reduce<tf.Tensor3D>((before, _, i) => {
    const own = mambaBlock(parameters, `block${i}`, sizes, before);
    return tf.add(before, dropSteps(own, noise, sites[i], sizes.dropout));
  }, x);
  const own = lastOfMambaBlock(parameters, `block${last}`, sizes, path);
  const output: tf.Tensor2D = tf.add(lastStep(path), dropout(own, noise, sites[last], sizes.dropout));
  return rmsNorm(parameters, 'norm', output);
}
