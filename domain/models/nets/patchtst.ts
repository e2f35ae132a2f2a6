import * as tf from '@tensorflow/tfjs-core';
import type { NetDefinition, NetPlan, ParameterSpec, Parameters, WindowShape } from './contract';
import { dense, denseParameters, parameter } from './layers/dense';
import { encodeLastStep, encoderDropoutSites, encoderParameters, type EncoderSizes } from './layers/encoder-stack';
import { gelu } from './layers/gelu';
import { uniform } from './layers/initial';
import { patchCount, patchesOf, requirePatches, type PatchSizes } from './layers/patches';
import { normaliseInstances } from './layers/reversible-instance-norm';
import { checked, requireHeads } from './layers/sizes';

export interface PatchTstSizes extends EncoderSizes, PatchSizes {}

/** Bound of the initial positions, as in the authors' code. */
const POSITION_LIMIT = 0.02;

/**
 * PatchTST: every feature is a series of its own, normalised by its own window, cut into overlapping patches, each of which
 * is one token; one encoder with learned positions serves all features. Made for forecasts of the series themselves, used
 * here to judge a window, from which follow these differences:
 * - the mean and deviation that normalisation takes out of a feature are not put back on a forecast (there is none: a class
 *   has no level) but given to the head, since the level of an indicator says as much as its shape;
 * - a feature is represented by its last patch, the one with the bar predicted for, which attends to all others (the paper
 *   flattens all patches, and its self-supervised variant and Hugging Face's classifier average or flatten them): of the
 *   last layer then only that patch is computed;
 * - head: the last patch of each feature by one common linear map to a few numbers, GELU, then all features with their
 *   means and deviations by one linear map to `width`; the paper's head, one for each forecast series, has no counterpart;
 * - layer norm in front of each part and at the end, where the paper has batch norm behind it: samples must not see one
 *   another (Hugging Face's model knows this form as norm_type "layernorm", pre_norm).
 * Dropout as in `transformer`, one mask for all features and patches of a window.
 */
export const patchtst: NetDefinition<PatchTstSizes> = {
  name: 'patchtst',
  version: 1,
  paper: 'Nie, Nguyen, Sinthong and Kalagnanam (2023), A Time Series is Worth 64 Words',
  plan: checked('patchtst', planPatchTst),
};

function planPatchTst(sizes: PatchTstSizes, { lookback, features }: WindowShape): NetPlan {
  const { width } = sizes;
  requireHeads('patchtst', width, sizes.heads);
  requirePatches('patchtst', lookback, sizes);
  const patches = patchCount(lookback, sizes);
  const { sites, total } = encoderDropoutSites(sizes);
  return {
    parameters: patchTstParameters(sizes, patches, features),
    dropoutUnits: total,
    outputWidth: width,
    trunk: (parameters, windows, noise) => {
      const batch = windows.shape[0];
      const rows: tf.Tensor2D = tf.reshape(tf.transpose(windows, [0, 2, 1]), [batch * features, lookback]);
      const { series, mean, deviation } = normaliseInstances(rows);
      const tokens = embeddedPatches(parameters, patchesOf(series, sizes));
      const encoded = encodeLastStep(parameters, sizes, tokens, patches, noise, sites);
      const codes = gelu(dense(parameters, 'featureHead', encoded)); // (batch * features x code)
      const judged = tf.concat([codes, mean, deviation], 1);
      return dense(parameters, 'head', tf.reshape(judged, [batch, features * (codeWidth(width) + 2)]));
    },
  };
}

function patchTstParameters(sizes: PatchTstSizes, patches: number, features: number): readonly ParameterSpec[] {
  const { width, patchLength } = sizes;
  const positions: ParameterSpec = {
    name: 'positions',
    shape: [patches, width],
    initial: uniform([patches, width], POSITION_LIMIT),
    decay: false,
  };
  return [
    ...denseParameters('embedding', patchLength, width),
    positions,
    ...encoderParameters(sizes),
    ...denseParameters('featureHead', width, codeWidth(width)),
    ...denseParameters('head', features * (codeWidth(width) + 2), width),
  ];
}

/** Numbers that stand for one feature in the head. */
function codeWidth(width: number): number {
  return Math.max(2, Math.ceil(width / 4));
}

/** (rows x patches x patchLength) -> (rows * patches x width), positions added. */
function embeddedPatches(parameters: Parameters, patches: tf.Tensor3D): tf.Tensor2D {
  const [rows, count, length] = patches.shape;
  const flat: tf.Tensor2D = tf.reshape(patches, [rows * count, length]);
  const projected: tf.Tensor2D = tf.matMul(flat, parameter(parameters, 'embedding.kernel'));
  const width = projected.shape[1];
  // Bias and position in one pass: (rows x patches x width) + (patches x width).
  const offset = tf.add(parameter(parameters, 'positions'), parameter(parameters, 'embedding.bias'));
  return tf.reshape(tf.add(tf.reshape(projected, [rows, count, width]), offset), [rows * count, width]);
}
