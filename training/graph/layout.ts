import { reachedFrom, sourceOf, type Attribute, type GraphNode } from './graph-node';
import { dtypeNumber, type NativeBinding } from './native-backend';
import type { ProgramDefinition, TensorSpec } from './program';
import type { SourceNames, Trace, TracedFunction } from './trace';

/** A program's graph, and where in it each thing is. */
export interface ProgramLayout {
  readonly nodes: readonly GraphNode[];
  readonly state: Readonly<Record<string, StatePlace>>;
  readonly functions: Readonly<Record<string, FunctionPlace>>;
}

/** Fetch `read` to read it; feed `placeholder` and fetch `written` to write it. */
export interface StatePlace {
  readonly read: string;
  readonly placeholder: string;
  readonly written: string;
}

export interface FunctionPlace {
  readonly placeholders: Readonly<Record<string, string>>;
  readonly outputs: readonly { readonly name: string; readonly dtype: 'float32' | 'int32' }[];
  /** One for each output, in that order; then, where the function changes state, one that has it changed. */
  readonly fetches: readonly string[];
}

/**
 * Operations whose result is new memory for certain. Anything else may share the memory of a fed array, which belongs to
 * JavaScript: state must not, or it would change with the array.
 */
const FRESH_OPS: ReadonlySet<string> = new Set([
  'Add',
  'AddV2',
  'Sub',
  'Mul',
  'RealDiv',
  'Select',
  'SelectV2',
  'MatMul',
]);

/** Names of sources for the trace: any text may name a state or an input, but not a node. */
export function sourceNames(definition: ProgramDefinition): SourceNames {
  const number = (names: object, name: string): string => String(Object.keys(names).indexOf(name));
  return {
    state: (name) => `state${number(definition.state, name)}/read`,
    input: (functionName, name) => {
      const inputs = definition.functions[functionName]?.inputs ?? {};
      return `function${number(definition.functions, functionName)}/input${number(inputs, name)}`;
    },
  };
}

/** Puts variables, placeholders and assignments around what was recorded. */
export function layOutProgram(binding: NativeBinding, definition: ProgramDefinition, trace: Trace): ProgramLayout {
  const names = sourceNames(definition);
  const dtype = (spec: TensorSpec): Attribute => ({ kind: 'type', value: dtypeNumber(binding, spec.dtype) });
  const states = Object.entries(definition.state).map(([name, spec]) => {
    const prefix = names.state(name).replace('/read', '');
    return { name, prefix, nodes: nodesOfState(prefix, spec.shape, dtype(spec)) };
  });
  const functions = trace.functions.map((fn, i) => {
    const inputs = Object.entries(definition.functions[fn.name]?.inputs ?? {});
    const nodes = inputs.map(([name, spec]) => placeholder(names.input(fn.name, name), spec.shape, dtype(spec)));
    const placeholders = Object.fromEntries(inputs.map(([name]) => [name, names.input(fn.name, name)]));
    return { fn, prefix: `function${String(i)}`, nodes, placeholders };
  });
  const results = functions.flatMap(({ fn, prefix }) => nodesOfResults(binding, definition, fn, prefix, trace.nodes));
  return {
    nodes: [
      constantZero(binding),
      ...states.flatMap(({ nodes }) => nodes),
      ...functions.flatMap(({ nodes }) => nodes),
      ...trace.nodes,
      ...results,
    ],
    state: Object.fromEntries(
      states.map(({ name, prefix }) => [
        name,
        { read: `${prefix}/read:0`, placeholder: `${prefix}/value`, written: `${prefix}/written:0` },
      ]),
    ),
    functions: Object.fromEntries(
      functions.map(({ fn, prefix, placeholders }) => {
        const fetches = fn.outputs.map((_, i) => `${prefix}/output${String(i)}:0`);
        const done = fn.updates.length > 0 ? [`${prefix}/done:0`] : [];
        return [fn.name, { placeholders, outputs: fn.outputs, fetches: [...fetches, ...done] }];
      }),
    ),
  };
}

/** A variable that is read at one place only, and a way to write it from outside. */
function nodesOfState(prefix: string, shape: readonly number[], dtype: Attribute): readonly GraphNode[] {
  return [
    {
      name: prefix,
      op: 'VarHandleOp',
      inputs: [],
      attributes: {
        dtype,
        shape: { kind: 'shape', value: shape },
        shared_name: { kind: 'string', value: prefix },
        container: { kind: 'string', value: '' },
      },
    },
    { name: `${prefix}/read`, op: 'ReadVariableOp', inputs: [prefix], attributes: { dtype } },
    placeholder(`${prefix}/value`, shape, dtype),
    copy(`${prefix}/copy`, `${prefix}/value:0`, dtype),
    assignment(`${prefix}/write`, prefix, `${prefix}/copy:0`, dtype, []),
    done(`${prefix}/written`, [`${prefix}/write`]),
  ];
}

/** Fetched nodes of a function. Every state is read before any is assigned, whatever order TensorFlow would choose. */
function nodesOfResults(
  binding: NativeBinding,
  definition: ProgramDefinition,
  fn: TracedFunction,
  prefix: string,
  nodes: readonly GraphNode[],
): readonly GraphNode[] {
  const names = sourceNames(definition);
  const opOf = new Map(nodes.map(({ name, op }) => [name, op]));
  const results = [...fn.outputs, ...fn.updates].map(({ reference }) => sourceOf(reference));
  const reached = reachedFrom(results, nodes);
  const reads = Object.keys(definition.state)
    .map((name) => names.state(name))
    .filter((read) => reached.has(read));
  const type = (dtype: 'float32' | 'int32'): Attribute => ({ kind: 'type', value: dtypeNumber(binding, dtype) });

  const outputs = fn.outputs.map(({ reference, dtype }, i) =>
    identity(`${prefix}/output${String(i)}`, reference, type(dtype)),
  );
  const updates = fn.updates.flatMap(({ state, reference }, i) => {
    const dtype = type(definition.state[state]?.dtype ?? 'float32');
    const variable = names.state(state).replace('/read', '');
    const assign = `${prefix}/assign${String(i)}`;
    if (FRESH_OPS.has(opOf.get(sourceOf(reference)) ?? ''))
      return [assignment(assign, variable, reference, dtype, reads)];
    const copied = `${prefix}/copy${String(i)}`;
    return [copy(copied, reference, dtype), assignment(assign, variable, `${copied}:0`, dtype, reads)];
  });
  if (updates.length === 0) return outputs;
  const assigned = updates.filter(({ op }) => op === 'AssignVariableOp').map(({ name }) => name);
  return [...outputs, ...updates, done(`${prefix}/done`, assigned)];
}

const ZERO = 'zero';

function constantZero(binding: NativeBinding): GraphNode {
  const dtype = binding.TF_INT32;
  return {
    name: ZERO,
    op: 'Const',
    inputs: [],
    attributes: {
      dtype: { kind: 'type', value: dtype },
      value: { kind: 'tensor', value: { shape: [], dtype, bytes: new Uint8Array(4) } },
    },
  };
}

/** Fetched for what has happened before it; its value, of int32 as `ZERO` is, means nothing. */
function done(name: string, after: readonly string[]): GraphNode {
  const INT32 = 3;
  const ordered = after.map((earlier) => `^${earlier}`);
  return { name, op: 'Identity', inputs: [`${ZERO}:0`, ...ordered], attributes: { T: { kind: 'type', value: INT32 } } };
}

const placeholder = (name: string, shape: readonly number[], dtype: Attribute): GraphNode => ({
  name,
  op: 'Placeholder',
  inputs: [],
  attributes: { dtype, shape: { kind: 'shape', value: shape } },
});

const identity = (name: string, from: string, T: Attribute): GraphNode => ({
  name,
  op: 'Identity',
  inputs: [from],
  attributes: { T },
});

const copy = (name: string, from: string, T: Attribute): GraphNode => ({
  name,
  op: 'DeepCopy',
  inputs: [from],
  attributes: { T },
});

const assignment = (
  name: string,
  variable: string,
  value: string,
  dtype: Attribute,
  after: readonly string[],
): GraphNode => ({
  name,
  op: 'AssignVariableOp',
  inputs: [variable, value, ...after.map((read) => `^${read}`)],
  attributes: { dtype },
});
