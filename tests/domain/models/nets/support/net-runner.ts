import * as tf from '@tensorflow/tfjs-core';
import { randomFromSeed } from '../../../../../domain/core/random';
import type { NetPlan, Parameters, WindowShape } from '../../../../../domain/models/nets/contract';
import type { ProgramDefinition } from '../../../../../training/graph/program';

/** A net's parameters as one vector, in the plan's order: how the trainer keeps them. */
export type FlatParameters = Float32Array;

export interface NetInputs {
  /** (batch x lookback x features), row-major. */
  readonly windows: Float32Array;
  readonly batch: number;
  /** (batch x dropoutUnits), or null. */
  readonly noise: Float32Array | null;
}

export interface NetGradient {
  readonly output: Float32Array;
  readonly parameters: FlatParameters;
  readonly windows: Float32Array;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function parameterCount(plan: NetPlan): number {
  return plan.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

export function initialParameters(plan: NetPlan, seed: number): FlatParameters {
  const random = randomFromSeed(seed);
  return concatenated(plan.parameters.map(({ initial }) => initial(random)));
}

export function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Where each parameter lies in the vector. */
export function layout(plan: NetPlan): readonly { name: string; shape: readonly number[]; from: number; to: number }[] {
  let at = 0;
  return plan.parameters.map(({ name, shape }) => {
    const from = at;
    at += sizeOf(shape);
    return { name, shape, from, to: at };
  });
}

export function tensorsOf(plan: NetPlan, flat: FlatParameters): Parameters {
  return Object.fromEntries(
    layout(plan).map(({ name, shape, from, to }) => [name, tf.tensor(flat.slice(from, to), [...shape])]),
  );
}

export function normals(length: number, seed: number): Float32Array {
  const random = randomFromSeed(seed);
  return Float32Array.from({ length }, () => random.normal());
}

export function uniforms(length: number, seed: number): Float32Array {
  const random = randomFromSeed(seed);
  return Float32Array.from({ length }, () => random.uniform());
}

/** The trunk's output, (batch x outputWidth) row-major. */
export function forward(plan: NetPlan, window: WindowShape, flat: FlatParameters, inputs: NetInputs): Float32Array {
  return tf.tidy(() => {
    const { windows, noise } = inputTensors(plan, window, inputs);
    return valuesOf(plan.trunk(tensorsOf(plan, flat), windows, noise));
  });
}

/** Output, and gradients of sum(output * projection), which is (batch x outputWidth). */
export function gradient(
  plan: NetPlan,
  window: WindowShape,
  flat: FlatParameters,
  inputs: NetInputs,
  projection: Float32Array,
): NetGradient {
  return tf.tidy(() => {
    const { windows, noise } = inputTensors(plan, window, inputs);
    const names = plan.parameters.map(({ name }) => name);
    const parameters = tensorsOf(plan, flat);
    const tensors = names.map((name) => parameters[name] as tf.Tensor);
    const weights = tf.tensor2d(projection, [inputs.batch, plan.outputWidth]);
    const projected = (...given: tf.Tensor[]): tf.Scalar => {
      const named = Object.fromEntries(names.map((name, i) => [name, given[i + 1] as tf.Tensor]));
      return tf.sum(tf.mul(plan.trunk(named, given[0] as tf.Tensor3D, noise), weights));
    };
    const [ofWindows, ...ofParameters] = tf.grads(projected)([windows, ...tensors]);
    return {
      output: valuesOf(plan.trunk(parameters, windows, noise)),
      parameters: concatenated(ofParameters.map(valuesOf)),
      windows: valuesOf(ofWindows as tf.Tensor),
    };
  });
}

/** Function `gradient` of (windows, noise?, projection) over state `flat`: the output, and the slope of each parameter. */
export function gradientProgram(plan: NetPlan, { lookback, features }: WindowShape, batch: number): ProgramDefinition {
  const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
  const noise = plan.dropoutUnits === 0 ? {} : { noise: float(batch, plan.dropoutUnits) };
  return {
    state: { flat: float(parameterCount(plan)) },
    functions: {
      gradient: {
        inputs: {
          windows: float(batch, lookback, features),
          projection: float(batch, plan.outputWidth),
          ...noise,
        },
        body: (state, inputs) => {
          const places = layout(plan);
          const tensors = places.map(({ shape, from, to }) =>
            tf.reshape(tf.slice(state.flat as tf.Tensor1D, [from], [to - from]), [...shape]),
          );
          const trunk = (given: readonly tf.Tensor[]): tf.Tensor2D =>
            plan.trunk(
              Object.fromEntries(places.map(({ name }, i) => [name, given[i] as tf.Tensor])),
              inputs.windows as tf.Tensor3D,
              (inputs.noise as tf.Tensor2D | undefined) ?? null,
            );
          const slopes = tf.grads((...given) => tf.sum(tf.mul(trunk(given), inputs.projection as tf.Tensor)))(tensors);
          const named = places.map(({ name }, i) => [`slope of ${name}`, slopes[i] as tf.Tensor] as const);
          return { outputs: { output: trunk(tensors), ...Object.fromEntries(named) } };
        },
      },
    },
  };
}

/**
 * Trains trunk and a linear softmax head on (windows, labels) by plain Adam from the given seed, until the mean loss is
 * below `enough` or the steps are over. Answers the last loss.
 */
export function overfit(
  plan: NetPlan,
  window: WindowShape,
  inputs: NetInputs,
  labels: Int32Array,
  settings: {
    readonly classes: number;
    readonly learningRate: number;
    readonly steps: number;
    readonly enough: number;
  },
): number {
  const trunkSize = parameterCount(plan);
  const headSize = plan.outputWidth * settings.classes;
  const head = normals(headSize, 5).map((value) => value / Math.sqrt(plan.outputWidth));
  const weights = concatenated([initialParameters(plan, 4), head]);
  const first = new Float32Array(weights.length);
  const second = new Float32Array(weights.length);
  let loss = Infinity;
  for (let step = 1; step <= settings.steps && loss > settings.enough; step += 1) {
    const at = tf.tidy(() => {
      const { windows, noise } = inputTensors(plan, window, inputs);
      const wanted = tf.oneHot(tf.tensor1d(labels, 'int32'), settings.classes);
      const names = plan.parameters.map(({ name }) => name);
      const parameters = tensorsOf(plan, weights.subarray(0, trunkSize));
      const kernel = tf.tensor2d(weights.slice(trunkSize), [plan.outputWidth, settings.classes]);
      const meanLoss = (...given: tf.Tensor[]): tf.Scalar => {
        const named = Object.fromEntries(names.map((name, i) => [name, given[i + 1] as tf.Tensor]));
        const logits = tf.matMul(plan.trunk(named, windows, noise), given[0] as tf.Tensor2D);
        return tf.mul(tf.sum(tf.mul(wanted, tf.logSoftmax(logits))), -1 / inputs.batch);
      };
      const { value, grads } = tf.valueAndGrads(meanLoss)([
        kernel,
        ...names.map((name) => parameters[name] as tf.Tensor),
      ]);
      const [ofHead, ...ofTrunk] = grads.map(valuesOf);
      return { loss: value.dataSync()[0] ?? NaN, gradient: concatenated([...ofTrunk, ofHead as Float32Array]) };
    });
    loss = at.loss;
    at.gradient.forEach((slope, i) => {
      const mean = (first[i] = 0.9 * (first[i] ?? 0) + 0.1 * slope);
      const square = (second[i] = 0.999 * (second[i] ?? 0) + 0.001 * slope * slope);
      const rate = (settings.learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
      weights[i] = (weights[i] ?? 0) - (rate * mean) / (Math.sqrt(square) + 1e-8);
    });
  }
  return loss;
}

export function inputTensors(
  plan: NetPlan,
  window: WindowShape,
  { windows, batch, noise }: NetInputs,
): { readonly windows: tf.Tensor3D; readonly noise: tf.Tensor2D | null } {
  return {
    windows: tf.tensor3d(windows, [batch, window.lookback, window.features]),
    noise: noise === null ? null : tf.tensor2d(noise, [batch, plan.dropoutUnits]),
  };
}

/** A copy of a tensor's values. */
export function valuesOf(tensor: tf.Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync());
}

/** |a - b| / |b| in L2. */
export function relativeDistance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const distance = Math.hypot(...Array.from(a, (value, i) => value - (b[i] ?? NaN)));
  const length = Math.hypot(...b);
  return length === 0 ? distance : distance / length;
}

/** The largest |a - b|, relative to the largest |b|. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const scale = b.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return a.reduce((max, value, i) => worse(max, Math.abs(value - (b[i] ?? NaN)) / (scale === 0 ? 1 : scale)), 0);
}

/** The larger; NaN is worst of all. */
function worse(a: number, b: number): number {
  return Number.isNaN(b) || b > a ? b : a;
}
