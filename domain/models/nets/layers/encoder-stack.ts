import type * as tf from '@tensorflow/tfjs-core';
import type { DropoutNoise, ParameterSpec, Parameters } from '../contract';
import { dropoutSites, dropRows, type DropoutSite, type RowDropout } from './dropout';
import { encoderLayer, encoderLayerLastStep, encoderLayerParameters } from './encoder';
import { layerNorm, layerNormParameters } from './layer-norm';

export interface EncoderSizes {
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly feedForward: number;
  readonly dropout: number;
}

/** Parameters `layer<i>…` of all layers and `finalNorm`, which the residual path of pre-norm layers needs at its end. */
export function encoderParameters({ width, layers, feedForward }: EncoderSizes): readonly ParameterSpec[] {
  return [
    ...Array.from({ length: layers }, (_, i) => encoderLayerParameters(`layer${i}`, width, feedForward)).flat(),
    ...layerNormParameters('finalNorm', width),
  ];
}

/** Where units are dropped, as in the paper: behind the embedding and behind both parts of every layer. */
export function encoderDropoutSites(sizes: EncoderSizes): ReturnType<typeof dropoutSites> {
  return dropoutSites(
    sizes.dropout,
    Array.from({ length: 1 + 2 * sizes.layers }, () => sizes.width),
  );
}

/**
 * Embedded sequences through all layers; what stands at each sequence's last step, normalised. One sample may be several
 * sequences (channels), which share its dropout masks, as do all steps.
 * @param x (sequences * steps x width), sequences of a sample side by side
 * @returns (sequences x width)
 */
export function encodeLastStep(
  parameters: Parameters,
  sizes: EncoderSizes,
  x: tf.Tensor2D,
  steps: number,
  noise: DropoutNoise,
  sites: readonly DropoutSite[],
): tf.Tensor2D {
  const shape = { batch: x.shape[0] / steps, steps, heads: sizes.heads };
  const dropped =
    (site: number): RowDropout =>
    (rows) =>
      dropRows(rows, noise, sites[site], sizes.dropout);
  const placesOf = (i: number) => ({ attended: dropped(1 + 2 * i), fed: dropped(2 + 2 * i) });
  const last = sizes.layers - 1;
  const before = Array.from({ length: last }, (_, i) => i).reduce(
    (rows, i) => encoderLayer(parameters, `layer${i}`, rows, shape, placesOf(i)),
    dropped(0)(x),
  );
  return layerNorm(
    parameters,
    'finalNorm',
    encoderLayerLastStep(parameters, `layer${last}`, before, shape, placesOf(last)),
  );
}
