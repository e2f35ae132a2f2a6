import * as tf from '@tensorflow/tfjs-core';
import type { DropoutNoise, ParameterSpec, Parameters } from '../contract';
import { dropout, type DropoutSite } from './dropout';
import { lastOfMambaBlock, lastStep, mambaBlock, mambaBlockParameters, type MambaBlockSizes } from './mamba-block';
import { rmsNorm, rmsNormParameters } from './rms-norm';

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
  const dropped = (i: number, batch: number): tf.Tensor2D | null =>
    noise === null || sizes.dropout === 0
      ? null
      : dropout<tf.Tensor2D>(tf.ones([batch, sizes.width]), noise, sites[i], sizes.dropout);
  const throughBlocks = Array.from({ length: last }).reduce<tf.Tensor3D>((path, _, i) => {
    return tf.add(path, masked(mambaBlock(parameters, `block${i}`, sizes, path), dropped(i, path.shape[1])));
  }, x);
  const own = lastOfMambaBlock(parameters, `block${last}`, sizes, throughBlocks);
  const output: tf.Tensor2D = tf.add(lastStep(throughBlocks), masked(own, dropped(last, x.shape[1])));
  return rmsNorm(parameters, 'norm', output);
}

/** (steps x batch x width) or (batch x width), times a mask (batch x width). */
function masked<T extends tf.Tensor>(x: T, mask: tf.Tensor2D | null): T {
  return mask === null ? x : tf.mul(x, mask);
}
