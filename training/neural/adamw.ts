import * as tf from '@tensorflow/tfjs-core';
import type { TrainingSettings } from './contract';

export type OptimiserSettings = Pick<TrainingSettings, 'beta1' | 'beta2' | 'epsilon' | 'clipNorm' | 'weightDecay'>;

/** What AdamW keeps, each (parameters). */
export interface Moments {
  readonly weights: tf.Tensor1D;
  readonly firstMoment: tf.Tensor1D;
  readonly secondMoment: tf.Tensor1D;
}

/** Length of the vector that `stepRates` gives. */
export const RATE_COUNT = 3;

/**
 * The numbers of update `step` (from 0) that are computed in doubles and fed: learning rate over the first moment's bias
 * correction, one over the root of the second's, and learning rate times weight decay.
 */
export function stepRates(settings: OptimiserSettings, learningRate: number, step: number): Float32Array {
  const updates = step + 1;
  return Float32Array.of(
    learningRate / (1 - settings.beta1 ** updates),
    1 / Math.sqrt(1 - settings.beta2 ** updates),
    learningRate * settings.weightDecay,
  );
}

/**
 * One update of AdamW (Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization) in the form of PyTorch, after the
 * gradient was clipped to the global norm `clipNorm` (Pascanu, Mikolov, Bengio 2013). `decayMask` (parameters) is 1 where
 * decay pulls. Also gives the norm before clipping, a scalar.
 */
export function adamw(
  settings: OptimiserSettings,
  moments: Moments,
  gradient: tf.Tensor1D,
  rates: tf.Tensor1D,
  decayMask: tf.Tensor1D,
): { readonly next: Moments; readonly norm: tf.Scalar } {
  const [stepSize, rootCorrection, decay] = tf.unstack(rates) as [tf.Scalar, tf.Scalar, tf.Scalar];
  const norm = tf.sqrt(tf.sum(tf.square(gradient))) as tf.Scalar;
  const clipped = clip(gradient, norm, settings.clipNorm);
  const { beta1, beta2, epsilon } = settings;
  const firstMoment = blend(moments.firstMoment, clipped, beta1);
  const secondMoment = blend(moments.secondMoment, tf.square(clipped), beta2);
  const root = tf.add(tf.mul(tf.sqrt(secondMoment), rootCorrection), epsilon);
  const step = tf.div(tf.mul(firstMoment, stepSize), root);
  const kept = tf.sub(moments.weights, tf.mul(moments.weights, tf.mul(decayMask, decay)));
  return { next: { weights: tf.sub(kept, step), firstMoment, secondMoment }, norm };
}

function clip(gradient: tf.Tensor1D, norm: tf.Scalar, clipNorm: number | null): tf.Tensor1D {
  return clipNorm === null ? gradient : tf.mul(gradient, tf.div(clipNorm, tf.maximum(norm, clipNorm)));
}

function blend(old: tf.Tensor1D, fresh: tf.Tensor1D, beta: number): tf.Tensor1D {
  return tf.add(tf.mul(old, beta), tf.mul(fresh, 1 - beta));
}
