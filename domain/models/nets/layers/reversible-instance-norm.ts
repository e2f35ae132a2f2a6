import * as tf from '@tensorflow/tfjs-core';
import { NORM_EPSILON } from './normalised';

export interface NormedInstances {
  /** Every row at mean 0 and deviation 1, (rows x steps). */
  readonly series: tf.Tensor2D;
  /** What was taken away, (rows x 1) each. */
  readonly mean: tf.Tensor2D;
  readonly deviation: tf.Tensor2D;
}

/**
 * Reversible instance normalisation (Kim et al. 2022) without its learned gain and shift: each series of each sample by its
 * own mean and its own deviation, sqrt(variance + 1e-5), over the steps it has. What a forecast would be multiplied by and
 * added to on the way out is given back, so that nothing is lost of a series.
 * @param rows (rows x steps)
 */
export function normaliseInstances(rows: tf.Tensor2D): NormedInstances {
  const mean: tf.Tensor2D = tf.mean(rows, 1, true);
  const centred: tf.Tensor2D = tf.sub(rows, mean);
  const variance: tf.Tensor2D = tf.mean(tf.square(centred), 1, true);
  const deviation = tf.sqrt(tf.add<tf.Tensor2D>(variance, NORM_EPSILON));
  return { series: tf.div(centred, deviation), mean, deviation };
}
