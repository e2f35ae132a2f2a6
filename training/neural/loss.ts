import * as tf from '@tensorflow/tfjs-core';
import type { TrainingSettings } from './contract';

export type LossSettings = Pick<TrainingSettings, 'target' | 'loss' | 'focalGamma'>;

/** What the heads put out for a batch and what they should have, as tensors. */
export interface Judged {
  /** (batch x horizons x headWidth). */
  readonly outputs: tf.Tensor3D;
  /**
   * Target 'class': (batch x horizons x classes), the sample's weight at its true class, 0 elsewhere.
   * Target 'return': (batch x horizons x 2), the true return and the sample's weight.
   */
  readonly targets: tf.Tensor3D;
}

/** Keeps the power of the focal loss differentiable where a probability has rounded to 1. */
const LEAST_DOUBT = 1e-7;

/** The weighted loss of every horizon, summed over the batch: (horizons). */
export function lossByHorizon(settings: LossSettings, judged: Judged): tf.Tensor1D {
  return settings.target === 'class' ? classLoss(settings, judged) : returnLoss(judged);
}

/**
 * Cross-entropy, or the focal loss -(1 - p)^gamma log p of Lin et al. (2017), Focal Loss for Dense Object Detection, which
 * turns away from samples that are judged well already.
 */
function classLoss({ loss, focalGamma }: LossSettings, { outputs, targets }: Judged): tf.Tensor1D {
  const logShares = tf.logSoftmax(outputs, 2);
  const surprise = loss === 'crossEntropy' ? tf.neg(logShares) : focalSurprise(logShares, focalGamma);
  return tf.sum(tf.mul(targets, surprise), [0, 2]);
}

function focalSurprise(logShares: tf.Tensor, gamma: number): tf.Tensor {
  const doubt = tf.maximum(tf.sub(1, tf.exp(logShares)), LEAST_DOUBT);
  return tf.neg(tf.mul(tf.pow(doubt, gamma), logShares));
}

/** Huber's loss with delta 1 (in ATR): squares small errors and is linear in large ones. Huber (1964). */
function returnLoss({ outputs, targets }: Judged): tf.Tensor1D {
  const [batch, horizons] = targets.shape;
  const column = (c: number): tf.Tensor => tf.slice(targets, [0, 0, c], [batch, horizons, 1]);
  const error = tf.abs(tf.sub(outputs, column(0)));
  const near = tf.minimum(error, 1);
  const loss = tf.add(tf.mul(tf.square(near), 0.5), tf.sub(error, near));
  return tf.sum(tf.mul(column(1), loss), [0, 2]);
}
