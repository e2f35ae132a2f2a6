import * as tf from '@tensorflow/tfjs-core';
import { checkAllValues, checkDefinition, checkResult, checkSomeValues, functionNamed, zeroValues } from './checks';
import { withoutRandomness } from './no-randomness';
import type { NamedTensors, NamedValues, ProgramDefinition, TensorProgram, TensorSpec } from './program';

/**
 * Runs the definition operation by operation on tfjs's present backend, whichever it is. State is held in tensors. What
 * `createGraphProgram` refuses while it traces, this refuses when the function runs, save for reading a tensor's values
 * inside a body, which it cannot see.
 */
export function createEagerProgram(definition: ProgramDefinition): TensorProgram {
  checkDefinition(definition);
  const state = new Map<string, tf.Tensor>();
  let disposed = false;

  function replace(name: string, tensor: tf.Tensor): void {
    state.get(name)?.dispose();
    state.set(name, tf.keep(tensor));
  }
  function requireAlive(): void {
    if (disposed) throw new RangeError('The program has been disposed of.');
  }
  for (const [name, spec] of Object.entries(definition.state)) replace(name, toTensor(zeroValues(spec), spec));

  return {
    run(functionName, values) {
      requireAlive();
      const declared = functionNamed(definition, functionName);
      checkAllValues(`input of '${functionName}'`, declared.inputs, values);
      const results: NamedValues[] = [];
      tf.tidy(() => {
        const inputs = mapEntries(declared.inputs, (spec, name) => toTensor(values[name] ?? zeroValues(spec), spec));
        const result = withoutRandomness(functionName, () => declared.body(Object.fromEntries(state), inputs));
        checkResult(functionName, definition.state, result);
        results.push(readAll(result.outputs));
        // Cloned before any is replaced: a body may hand back one state tensor as another.
        const next = Object.entries(result.state ?? {}).map(([name, tensor]) => [name, tf.clone(tensor)] as const);
        for (const [name, tensor] of next) replace(name, tensor);
      });
      return results[0] ?? {};
    },
    readState() {
      requireAlive();
      return readAll(Object.fromEntries(state));
    },
    writeState(values) {
      requireAlive();
      checkSomeValues('state', definition.state, values);
      for (const [name, spec] of Object.entries(definition.state)) {
        const value = values[name];
        if (value !== undefined) replace(name, toTensor(value, spec));
      }
    },
    dispose() {
      for (const tensor of state.values()) tensor.dispose();
      state.clear();
      disposed = true;
    },
  };
}

/** Of a copy: tfjs may hold on to the array, which is the caller's. */
const toTensor = (values: Float32Array | Int32Array, spec: TensorSpec): tf.Tensor =>
  tf.tensor(values.slice(), [...spec.shape], spec.dtype);

const readAll = (tensors: NamedTensors): NamedValues =>
  mapEntries(tensors, (tensor) => {
    const values = tensor.dataSync();
    return tensor.dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
  });

function mapEntries<V, R>(record: Readonly<Record<string, V>>, map: (value: V, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
