import * as tf from '@tensorflow/tfjs-core';
import { deriveSeed, randomFromSeed } from '../../core/random';
import type { ParameterSpec, Parameters } from './contract';
import { elementCount } from './layers/initial';

/** Numbers in all parameters together. */
export function parameterCount(specs: readonly ParameterSpec[]): number {
  return specs.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** Initial values of all parameters, in one vector. Each draws from a stream of its own, named after it. */
export function initialWeights(specs: readonly ParameterSpec[], seed: number): Float32Array {
  return concatenate(specs, ({ name, shape, initial }) => {
    const values = initial(randomFromSeed(deriveSeed(seed, 'weights', name)));
    if (values.length === elementCount(shape)) return values;
    throw new RangeError(`Parameter '${name}' of shape [${shape.join(', ')}] begins with ${values.length} numbers.`);
  });
}

/** 1 where weight decay pulls, 0 elsewhere. */
export function decayMask(specs: readonly ParameterSpec[]): Float32Array {
  return concatenate(specs, ({ shape, decay }) => new Float32Array(elementCount(shape)).fill(decay ? 1 : 0));
}

/** The parameters of a net as tensors, cut out of one vector (differentiable). */
export function splitParameters(specs: readonly ParameterSpec[], flat: tf.Tensor1D): Parameters {
  const parts = tf.split(
    flat,
    specs.map(({ shape }) => elementCount(shape)),
  );
  return Object.fromEntries(specs.map(({ name, shape }, i) => [name, tf.reshape(parts[i] as tf.Tensor1D, [...shape])]));
}

function concatenate(specs: readonly ParameterSpec[], valuesOf: (spec: ParameterSpec) => Float32Array): Float32Array {
  const joined = new Float32Array(parameterCount(specs));
  let offset = 0;
  for (const spec of specs) {
    const values = valuesOf(spec);
    joined.set(values, offset);
    offset += values.length;
  }
  return joined;
}
