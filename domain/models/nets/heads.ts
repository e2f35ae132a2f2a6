import * as tf from '@tensorflow/tfjs-core';
import { CLASS_COUNT } from '../../core/classes';
import type { FitTarget } from '../contract';
import type { NetPlan, ParameterSpec, Parameters } from './contract';
import { denseParameters, parameter } from './layers/dense';

/** What the heads of a net tell: a logit for each class, or one return in ATR. */
export type NetTarget = FitTarget;

export interface Heads {
  /** In bars; the order of the heads everywhere. */
  readonly horizons: readonly number[];
  readonly target: NetTarget;
}

/** Numbers that one head puts out. */
export function headWidth(target: NetTarget): number {
  return target === 'class' ? CLASS_COUNT : 1;
}

/** Parameters of the trunk, then of one linear head per horizon: `head8.kernel` (outputWidth x width), `head8.bias`. */
export function netParameters(plan: NetPlan, { horizons, target }: Heads): readonly ParameterSpec[] {
  const heads = horizons.map((bars) => denseParameters(headName(bars), plan.outputWidth, headWidth(target)));
  return [...plan.parameters, ...heads.flat()];
}

/** The heads on the trunk's output, as one product: (batch x outputWidth) -> (batch x horizons x headWidth). */
export function applyHeads({ horizons, target }: Heads, parameters: Parameters, trunk: tf.Tensor2D): tf.Tensor3D {
  const named = (role: string): tf.Tensor[] =>
    horizons.map((bars) => parameter(parameters, `${headName(bars)}.${role}`));
  const kernel = joined(named('kernel'), 1) as tf.Tensor2D;
  const outputs = tf.add(tf.matMul(trunk, kernel), joined(named('bias'), 0));
  return tf.reshape(outputs, [trunk.shape[0], horizons.length, headWidth(target)]);
}

function joined(tensors: tf.Tensor[], axis: number): tf.Tensor {
  const [only] = tensors;
  return tensors.length === 1 && only !== undefined ? only : tf.concat(tensors, axis);
}

function headName(horizonBars: number): string {
  return `head${horizonBars}`;
}
