import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { attentionParameters, lastStepAttention, selfAttention, type AttentionShape } from './attention';
import type { RowDropout } from './dropout';
import { feedForward, feedForwardParameters } from './feed-forward';
import { layerNormParameters } from './layer-norm';
import { normalised } from './normalised';

/** The two places of an encoder layer where units are dropped: behind the attention and behind the feed-forward part. */
export interface EncoderDropout {
  readonly attended: RowDropout;
  readonly fed: RowDropout;
}

/** Parameters of one encoder layer, `<name>.norm1`, `.attention`, `.norm2`, `.feedForward`. */
export function encoderLayerParameters(name: string, width: number, hidden: number): readonly ParameterSpec[] {
  return [
    ...layerNormParameters(`${name}.norm1`, width),
    ...attentionParameters(`${name}.attention`, width),
    ...layerNormParameters(`${name}.norm2`, width),
    ...feedForwardParameters(`${name}.feedForward`, width, hidden),
  ];
}

/**
 * One pre-norm layer (Xiong et al. 2020): x + attention(LN(x)), then that plus feed-forward of its LN.
 * (batch * steps x width) -> the same.
 */
export function encoderLayer(
  parameters: Parameters,
  name: string,
  x: tf.Tensor2D,
  shape: AttentionShape,
  dropout: EncoderDropout,
): tf.Tensor2D {
  const attended = selfAttention(parameters, `${name}.attention`, `${name}.norm1`, normalised(x), shape);
  return withFeedForward(parameters, name, tf.add(x, dropout.attended(attended)), dropout.fed);
}

/** What `encoderLayer` gives for the last step, computed for it alone: (batch * steps x width) -> (batch x width). */
export function encoderLayerLastStep(
  parameters: Parameters,
  name: string,
  x: tf.Tensor2D,
  { batch, steps, heads }: AttentionShape,
  dropout: EncoderDropout,
): tf.Tensor2D {
  const bySteps = (rows: tf.Tensor2D): tf.Tensor3D => tf.reshape(rows, [batch, steps, x.shape[1]]);
  const normed = bySteps(normalised(x));
  const { output } = lastStepAttention(parameters, `${name}.attention`, `${name}.norm1`, normed, heads);
  const last: tf.Tensor2D = tf.reshape(tf.slice(bySteps(x), [0, steps - 1, 0], [batch, 1, x.shape[1]]), output.shape);
  return withFeedForward(parameters, name, tf.add(last, dropout.attended(output)), dropout.fed);
}

function withFeedForward(parameters: Parameters, name: string, x: tf.Tensor2D, dropped: RowDropout): tf.Tensor2D {
  return tf.add(x, dropped(feedForward(parameters, `${name}.feedForward`, `${name}.norm2`, normalised(x))));
}
