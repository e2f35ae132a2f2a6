import * as tf from '@tensorflow/tfjs-core';
import { checkResult } from './checks';
import { gatherWithoutReading } from './gather-kernel';
import type { GraphNode } from './graph-node';
import type { NativeBackend } from './native-backend';
import { withoutRandomness } from './no-randomness';
import type { ProgramDefinition, ProgramFunction } from './program';
import { createRecorder, type Recorder } from './recorder';

/** What a function became: where in the graph its results are. */
export interface TracedFunction {
  readonly name: string;
  readonly outputs: readonly {
    readonly name: string;
    readonly reference: string;
    readonly dtype: 'float32' | 'int32';
  }[];
  readonly updates: readonly { readonly state: string; readonly reference: string }[];
}

export interface Trace {
  readonly nodes: readonly GraphNode[];
  readonly functions: readonly TracedFunction[];
}

/** Names of the nodes that the graph must give for the trace's sources. */
export interface SourceNames {
  readonly state: (name: string) => string;
  readonly input: (functionName: string, name: string) => string;
}

/**
 * Runs every function once, on tensors without values, and notes its operations. Nothing of it remains: tensors made are
 * freed, and the backend is as before, also where a body throws.
 */
export function traceProgram(backend: NativeBackend, definition: ProgramDefinition, names: SourceNames): Trace {
  let current = '';
  const recorder = createRecorder(backend, () => current);
  try {
    const functions = Object.entries(definition.functions).map(([name, declared]) => {
      current = name;
      return withoutLeaving(name, () =>
        whileRecording(backend, recorder, name, () => traceFunction(recorder, definition, name, declared, names)),
      );
    });
    return { nodes: recorder.nodes(), functions };
  } finally {
    recorder.dispose();
  }
}

function traceFunction(
  recorder: Recorder,
  definition: ProgramDefinition,
  functionName: string,
  declared: ProgramFunction,
  names: SourceNames,
): TracedFunction {
  const state = mapEntries(definition.state, (spec, name) => recorder.source(spec, `${names.state(name)}:0`));
  const inputs = mapEntries(declared.inputs, (spec, name) =>
    recorder.source(spec, `${names.input(functionName, name)}:0`),
  );
  const result = declared.body(state, inputs);
  checkResult(functionName, definition.state, result);
  return {
    name: functionName,
    outputs: Object.entries(result.outputs).map(([name, tensor]) => ({
      name,
      reference: recorder.referenceOf(tensor),
      dtype: tensor.dtype as 'float32' | 'int32',
    })),
    updates: Object.entries(result.state ?? {}).map(([name, tensor]) => ({
      state: name,
      reference: recorder.referenceOf(tensor),
    })),
  };
}

/**
 * With the recorder in the binding's place. Whatever is swapped is swapped back, in whatever way `action` ends.
 */
function whileRecording<T>(backend: NativeBackend, recorder: Recorder, functionName: string, action: () => T): T {
  const { binding } = backend;
  const gather = tf.getKernel(tf.GatherV2, tf.getBackend());
  const results: T[] = [];
  const lateReads: unknown[] = [];
  backend.binding = recorder.binding;
  // Own properties, over the class's methods: taken away again below.
  backend.getInputTensorIds = recorder.inputIds;
  backend.read = (dataId) => {
    lateReads.push(dataId);
    return Promise.resolve(new Float32Array(0));
  };
  replaceKernel({ ...gather, kernelFunc: gatherWithoutReading });
  try {
    withoutRandomness(functionName, () =>
      tf.tidy(() => {
        results.push(action());
      }),
    );
  } finally {
    backend.binding = binding;
    Reflect.deleteProperty(backend, 'getInputTensorIds');
    Reflect.deleteProperty(backend, 'read');
    replaceKernel(gather);
  }
  if (lateReads.length > 0)
    throw new RangeError(
      `Function '${functionName}' reads a tensor's values (data or array); compute with tensors instead.`,
    );
  return results[0] as T;
}

function replaceKernel(config: tf.KernelConfig): void {
  tf.unregisterKernel(config.kernelName, config.backendName);
  tf.registerKernel(config);
}

/** Throws where `action` kept a tensor or changed a variable, which running the graph would not repeat. */
function withoutLeaving<T>(functionName: string, action: () => T): T {
  const tensorsBefore = tf.memory().numTensors;
  const variablesBefore = variableData();
  const result = action();
  const kept = tf.memory().numTensors - tensorsBefore;
  if (kept !== 0)
    throw new RangeError(
      `Function '${functionName}' keeps ${String(kept)} tensors beyond its run; return them as state.`,
    );
  for (const [name, data] of variableData()) {
    if (variablesBefore.get(name) !== data)
      throw new RangeError(`Function '${functionName}' assigns variable '${name}'; return it as state.`);
  }
  return result;
}

const variableData = (): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(tf.engine().registeredVariables).map(([name, variable]) => [name, variable.dataId]));

function mapEntries<V, R>(record: Readonly<Record<string, V>>, map: (value: V, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
