import * as tf from '@tensorflow/tfjs-core';
import { checkAllValues, checkDefinition, checkSomeValues, functionNamed, zeroValues } from './checks';
import { cleanUp } from './clean-up';
import { asNativeBackend, dtypeNumber, type NativeBackend } from './native-backend';
import { layOutProgram, sourceNames, type ProgramLayout } from './layout';
import type { NamedValues, ProgramDefinition, TensorProgram, TensorSpec } from './program';
import { loadNodes } from './saved-model';
import { traceProgram } from './trace';

/**
 * Traces the definition's functions into one TensorFlow graph and runs that: a call is one run of a session, at the speed
 * of Python's `tf.function`. `backend` must be tfjs-node's and tfjs's present one. Bodies run once, here, on tensors without values: a
 * JavaScript number, and any tensor from outside, is what it was then for ever. Throws a RangeError where a body reads a
 * tensor's values, draws random numbers, keeps a tensor, or returns what was not declared.
 */
export function createGraphProgram(backend: tf.KernelBackend, definition: ProgramDefinition): TensorProgram {
  checkDefinition(definition);
  const native = asNativeBackend(backend);
  if (tf.backend() !== backend) throw new RangeError('The backend of a graph program must be the one that tfjs uses.');
  const trace = traceProgram(native, definition, sourceNames(definition));
  return startProgram(native, definition, layOutProgram(native.binding, definition, cleanUp(trace)));
}

function startProgram(backend: NativeBackend, definition: ProgramDefinition, layout: ProgramLayout): TensorProgram {
  const { binding } = backend;
  const session = loadNodes(binding, layout.nodes);
  let disposed = false;

  function call(
    feeds: readonly Feed[],
    fetches: readonly string[],
  ): readonly (Float32Array | Int32Array | Uint8Array)[] {
    if (disposed) throw new RangeError('The program has been disposed of.');
    const ids: number[] = [];
    try {
      for (const { spec, values } of feeds)
        ids.push(binding.createTensor([...spec.shape], dtypeNumber(binding, spec.dtype), values));
      const names = feeds.map(({ placeholder }) => `${placeholder}:0`).join(',');
      const results = binding.runSavedModel(session, [...ids], names, fetches.join(','));
      ids.push(...results.map(({ id }) => id));
      return results.map(({ id }) => binding.tensorDataSync(id));
    } finally {
      for (const id of ids) binding.deleteTensor(id);
    }
  }

  function write(name: string, spec: TensorSpec, values: Float32Array | Int32Array): void {
    const { placeholder, written } = found(layout.state, name);
    call([{ placeholder, spec, values }], [written]);
  }

  const program: TensorProgram = {
    run(functionName, inputs) {
      const declared = functionNamed(definition, functionName);
      checkAllValues(`input of '${functionName}'`, declared.inputs, inputs);
      const place = found(layout.functions, functionName);
      const feeds = Object.entries(declared.inputs).map(([name, spec]) => ({
        placeholder: found(place.placeholders, name),
        spec,
        values: found(inputs, name),
      }));
      const results = call(feeds, place.fetches);
      return Object.fromEntries(place.outputs.map(({ name, dtype }, i) => [name, ownArray(results[i], dtype)]));
    },
    readState() {
      const entries = Object.entries(definition.state);
      const results = call(
        [],
        entries.map(([name]) => found(layout.state, name).read),
      );
      return Object.fromEntries(entries.map(([name, { dtype }], i) => [name, ownArray(results[i], dtype)]));
    },
    writeState(values) {
      checkSomeValues('state', definition.state, values);
      for (const [name, spec] of Object.entries(definition.state)) {
        const value = values[name];
        if (value !== undefined) write(name, spec, value);
      }
    },
    dispose() {
      if (!disposed) binding.deleteSavedModel(session);
      disposed = true;
    },
  };
  try {
    for (const [name, spec] of Object.entries(definition.state)) write(name, spec, zeroValues(spec));
  } catch (error) {
    program.dispose();
    throw error;
  }
  return program;
}

interface Feed {
  readonly placeholder: string;
  readonly spec: TensorSpec;
  readonly values: Float32Array | Int32Array;
}

/** The binding's array as one of this realm: under jest it comes from another. */
function ownArray(values: ArrayLike<number> | undefined, dtype: TensorSpec['dtype']): NamedValues[string] {
  if (values === undefined) throw new Error('TensorFlow returned fewer results than were asked for.');
  return dtype === 'float32' ? new Float32Array(values) : new Int32Array(values);
}

function found<V>(record: Readonly<Record<string, V>>, name: string): V {
  const value = record[name];
  if (value === undefined) throw new Error(`'${name}' is missing from the graph's layout.`);
  return value;
}
