import * as tf from '@tensorflow/tfjs-core';
import type { NetPlan, WindowShape } from '../../domain/models/nets/contract';
import { decayMask, parameterCount, splitParameters } from '../../domain/models/nets/flat-parameters';
import { applyHeads, headWidth, netParameters, type Heads } from '../../domain/models/nets/heads';
import type { NamedTensors, ProgramDefinition, ProgramFunction, TensorSpecs } from '../graph/program';
import { adamw, RATE_COUNT, type Moments } from './adamw';
import type { TrainingSettings } from './contract';
import { lossByHorizon } from './loss';

/** Everything that the training program of a net is made of. */
export interface TrainProgramParts {
  readonly plan: NetPlan;
  readonly window: WindowShape;
  readonly heads: Heads;
  readonly settings: TrainingSettings;
  /** Windows in memory at once; where it is less than the batch, gradients are accumulated. */
  readonly microBatch: number;
  /** Windows at once in evaluation; the micro-batch where not given. */
  readonly evaluationBatch?: number;
}

/** Numbers per sample and horizon in `targets`: a weight for each class, or return and weight. */
export function targetWidth({ target }: Pick<Heads, 'target'>): number {
  return target === 'class' ? headWidth(target) : 2;
}

/**
 * Training of one net as a program over flat vectors of all parameters: `weights`, `firstMoment`, `secondMoment`, and
 * `gradient` where gradients are accumulated.
 *
 * - `step`: one update from a whole batch: gradient, clipping, AdamW. Gives `loss` and `gradientNorm` (before clipping).
 * - `accumulate`: adds the gradient of a micro-batch. Gives its share of the loss.
 * - `apply`: the update from what was accumulated, which is zero afterwards. Gives `gradientNorm`.
 * - `evaluate`: the weighted loss without dropout, summed over the batch, by horizon: `losses` (horizons).
 *
 * The weights inside `targets` sum to what the loss shall be a mean over: the caller divides by the sum over the whole
 * batch, so that losses and gradients of micro-batches simply add up. Samples of weight 0 are padding.
 */
export function trainProgram(parts: TrainProgramParts): ProgramDefinition {
  const { plan, heads, settings, microBatch } = parts;
  const flat = { shape: [parameterCount(netParameters(plan, heads))], dtype: 'float32' } as const;
  const moments = { weights: flat, firstMoment: flat, secondMoment: flat };
  const evaluate = evaluateFunction(parts);
  if (microBatch >= settings.batchSize) {
    return { state: moments, functions: { step: stepFunction(parts), evaluate } };
  }
  return {
    state: { ...moments, gradient: flat },
    functions: { accumulate: accumulateFunction(parts), apply: applyFunction(parts), evaluate },
  };
}

/** Inputs of `rates`; see `stepRates`. */
const RATES: TensorSpecs = { rates: { shape: [RATE_COUNT], dtype: 'float32' } };

function stepFunction(parts: TrainProgramParts): ProgramFunction {
  return {
    inputs: { ...trainingInputs(parts), ...RATES },
    body: (state, inputs) => {
      const { loss, gradient } = lossAndGradient(parts, state, inputs);
      const { next, norm } = update(parts, state, gradient, inputs);
      return { outputs: { loss, gradientNorm: norm }, state: { ...next } };
    },
  };
}

function accumulateFunction(parts: TrainProgramParts): ProgramFunction {
  return {
    inputs: trainingInputs(parts),
    body: (state, inputs) => {
      const { loss, gradient } = lossAndGradient(parts, state, inputs);
      return { outputs: { loss }, state: { gradient: tf.add(named(state, 'gradient'), gradient) } };
    },
  };
}

function applyFunction(parts: TrainProgramParts): ProgramFunction {
  return {
    inputs: RATES,
    body: (state, inputs) => {
      const gradient = named(state, 'gradient') as tf.Tensor1D;
      const { next, norm } = update(parts, state, gradient, inputs);
      return { outputs: { gradientNorm: norm }, state: { ...next, gradient: tf.zerosLike(gradient) } };
    },
  };
}

function evaluateFunction(parts: TrainProgramParts): ProgramFunction {
  return {
    inputs: batchInputs(parts, parts.evaluationBatch ?? parts.microBatch),
    body: (state, inputs) => ({ outputs: { losses: losses(parts, named(state, 'weights') as tf.Tensor1D, inputs) } }),
  };
}

function trainingInputs(parts: TrainProgramParts): TensorSpecs {
  const { plan, microBatch } = parts;
  const inputs = batchInputs(parts, microBatch);
  if (plan.dropoutUnits === 0) return inputs;
  return { ...inputs, noise: { shape: [microBatch, plan.dropoutUnits], dtype: 'float32' } };
}

function batchInputs({ window, heads }: TrainProgramParts, batch: number): TensorSpecs {
  return {
    windows: { shape: [batch, window.lookback, window.features], dtype: 'float32' },
    targets: { shape: [batch, heads.horizons.length, targetWidth(heads)], dtype: 'float32' },
  };
}

function lossAndGradient(
  parts: TrainProgramParts,
  state: NamedTensors,
  inputs: NamedTensors,
): { readonly loss: tf.Scalar; readonly gradient: tf.Tensor1D } {
  const lossOf = (weights: tf.Tensor): tf.Scalar => tf.sum(losses(parts, weights as tf.Tensor1D, inputs), 0);
  const { value, grad } = tf.valueAndGrad(lossOf)(named(state, 'weights'));
  return { loss: value, gradient: grad as tf.Tensor1D };
}

/** Weighted loss by horizon: (horizons). */
function losses({ plan, heads, settings }: TrainProgramParts, weights: tf.Tensor1D, inputs: NamedTensors): tf.Tensor1D {
  const parameters = splitParameters(netParameters(plan, heads), weights);
  const noise = (inputs['noise'] as tf.Tensor2D | undefined) ?? null;
  const trunk = plan.trunk(parameters, named(inputs, 'windows') as tf.Tensor3D, noise);
  const outputs = applyHeads(heads, parameters, trunk);
  return lossByHorizon(settings, { outputs, targets: named(inputs, 'targets') as tf.Tensor3D });
}

function update(
  { plan, heads, settings }: TrainProgramParts,
  state: NamedTensors,
  gradient: tf.Tensor1D,
  inputs: NamedTensors,
): { readonly next: Moments; readonly norm: tf.Scalar } {
  const moments: Moments = {
    weights: named(state, 'weights') as tf.Tensor1D,
    firstMoment: named(state, 'firstMoment') as tf.Tensor1D,
    secondMoment: named(state, 'secondMoment') as tf.Tensor1D,
  };
  const mask = tf.tensor1d(decayMask(netParameters(plan, heads)));
  return adamw(settings, moments, gradient, named(inputs, 'rates') as tf.Tensor1D, mask);
}

function named(tensors: NamedTensors, name: string): tf.Tensor {
  const found = tensors[name];
  if (found === undefined) throw new RangeError(`There is no tensor '${name}'.`);
  return found;
}
