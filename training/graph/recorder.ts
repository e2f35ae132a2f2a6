import type { Tensor } from '@tensorflow/tfjs-core';
import type { Attribute, ConstantTensor, GraphNode } from './graph-node';
import { dtypeNumber, type NativeBackend, type NativeAttribute, type NativeBinding } from './native-backend';
import type { TensorSpec } from './program';
import { createTrials, type TensorFacts } from './trials';

/** Where a tensor of the trace comes from: `node:output`, and what it is. */
type Origin =
  /** Depends on nothing but constants: it is there, with its values. */
  | {
      readonly kind: 'constant';
      readonly reference: string;
      readonly bytes: Uint8Array | null;
      readonly facts: TensorFacts;
    }
  /** Depends on an input or on state: only its shape and type are known; its number stands for no tensor. */
  | { readonly kind: 'traced'; readonly reference: string; readonly facts: TensorFacts };

/** Notes every operation that passes the binding, as a node of a graph. */
export interface Recorder {
  /** Takes the binding's place during a trace: does what the binding does, and notes it. */
  readonly binding: NativeBinding;
  /** Takes `getInputTensorIds`' place, to learn shapes and types of tensors that are older than the trace. */
  readonly inputIds: (tensors: readonly Tensor[]) => number[];
  /** A tensor that stands for `reference` in the graph. It has a shape and a type, and no values. */
  readonly source: (spec: TensorSpec, reference: string) => Tensor;
  /** Where a tensor comes from in the graph; a tensor from outside the trace becomes a constant. */
  readonly referenceOf: (tensor: Tensor) => string;
  readonly nodes: () => readonly GraphNode[];
  /** Frees what was needed while tracing. */
  readonly dispose: () => void;
}

/** Operations whose result is no function of their inputs, or whose result's shape is not known from shapes alone. */
const REFUSED_OPS: ReadonlySet<string> = new Set([
  'Multinomial',
  'RandomUniform',
  'RandomUniformInt',
  'RandomStandardNormal',
  'TruncatedNormal',
  'ParameterizedTruncatedNormal',
  'RandomGamma',
  'RandomPoissonV2',
  'RandomShuffle',
  'Unique',
  'UniqueV2',
  'Where',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
  'SummaryWriter',
  'CreateSummaryFileWriter',
  'WriteSummary',
  'WriteScalarSummary',
  'FlushSummaryWriter',
]);

/** `functionName` is asked for at every refusal: one recorder traces all functions of a program. */
export function createRecorder(backend: NativeBackend, functionName: () => string): Recorder {
  const original = backend.binding;
  const allowedDtypes = [original.TF_FLOAT, original.TF_INT32, original.TF_BOOL, original.TF_INT64];
  const nodes: GraphNode[] = [];
  const origins = new Map<number, Origin>();
  const captured = new Map<number, ConstantTensor>();
  const older = new Map<number, TensorFacts>();
  const trials = createTrials(original);
  let lastNumber = -1;
  const idsOf = backend.getInputTensorIds.bind(backend);

  function addNode(op: string, inputs: readonly string[], attributes: GraphNode['attributes']): string {
    const name = `n${String(nodes.length)}`;
    nodes.push({ name, op, inputs, attributes });
    return name;
  }

  function originOf(id: number): Origin {
    const known = origins.get(id);
    if (known !== undefined) return known;
    const tensor = captured.get(id) ?? readBack(id);
    if (!allowedDtypes.includes(tensor.dtype)) throw refusal(`uses a tensor of text or complex numbers`);
    const name = addNode('Const', [], {
      dtype: { kind: 'type', value: tensor.dtype },
      value: { kind: 'tensor', value: tensor },
    });
    const { bytes, ...facts } = tensor;
    const origin = { kind: 'constant', reference: `${name}:0`, bytes, facts } as const;
    origins.set(id, origin);
    return origin;
  }

  function readBack(id: number): ConstantTensor {
    const found = older.get(id);
    if (found === undefined) throw new Error(`Tensor ${String(id)} entered the trace of '${functionName()}' unseen.`);
    return { ...found, bytes: copyOfBytes(original.tensorDataSync(id)) };
  }

  const refusal = (what: string): RangeError => new RangeError(`Function '${functionName()}' ${what}.`);

  interface Output {
    readonly id: number;
    readonly kind: Origin['kind'];
    readonly facts: TensorFacts;
  }

  function constantOutputs(
    op: string,
    attrs: readonly NativeAttribute[],
    ids: readonly number[],
    count: number,
  ): Output[] {
    return original
      .executeOp(op, attrs, ids, count)
      .map(({ id, shape, dtype }) => ({ id, kind: 'constant', facts: { shape: [...shape], dtype } }));
  }

  function tracedOutputs(
    op: string,
    attrs: readonly NativeAttribute[],
    ids: readonly number[],
    count: number,
  ): Output[] {
    const inputs = ids.map((id) => {
      const origin = originOf(id);
      return origin.kind === 'traced'
        ? ({ kind: 'any', ...origin.facts } as const)
        : ({ kind: 'constant', id, bytes: origin.bytes, ...origin.facts } as const);
    });
    return trials.outputs(op, attrs, inputs, count).map((facts) => ({ id: nextNumber(), kind: 'traced', facts }));
  }

  /** Numbers of no tensor, which tfjs does not ask the binding to delete: below -1, its own sign for a missing number. */
  function nextNumber(): number {
    lastNumber -= 1;
    return lastNumber;
  }

  const hooks: Pick<NativeBinding, 'createTensor' | 'executeOp' | 'tensorDataSync'> = {
    createTensor(shape, dtype, values) {
      const id = original.createTensor(shape, dtype, values);
      if (ArrayBuffer.isView(values)) captured.set(id, { shape: [...shape], dtype, bytes: copyOfBytes(values) });
      return id;
    },
    executeOp(op, attrs, ids, outputCount) {
      if (REFUSED_OPS.has(op))
        throw refusal(
          `uses the operation ${op}, whose result does not follow from its inputs' shapes and values alone`,
        );
      const inputs = ids.map(originOf);
      const outputs = inputs.every(({ kind }) => kind === 'constant')
        ? constantOutputs(op, attrs, ids, outputCount)
        : tracedOutputs(op, attrs, ids, outputCount);
      if (outputs.some(({ facts }) => !allowedDtypes.includes(facts.dtype)))
        throw refusal(`uses the operation ${op} on text or complex numbers`);
      const attributes = Object.fromEntries(attrs.map((attr) => [attr.name, attributeOf(original, attr)]));
      const name = addNode(
        op,
        inputs.map(({ reference }) => reference),
        attributes,
      );
      return outputs.map(({ id, kind, facts }, i) => {
        const reference = `${name}:${String(i)}`;
        origins.set(id, kind === 'traced' ? { kind, reference, facts } : { kind, reference, bytes: null, facts });
        return { id, shape: [...facts.shape], dtype: facts.dtype };
      });
    },
    tensorDataSync(id) {
      if (origins.get(id)?.kind === 'traced')
        throw refusal(
          `reads a tensor's values (dataSync, data, arraySync or the like), which a traced graph would freeze; compute with tensors instead`,
        );
      return original.tensorDataSync(id);
    },
  };

  function inputIds(tensors: readonly Tensor[]): number[] {
    const ids = idsOf(tensors);
    tensors.forEach(({ dataId, shape, dtype }, i) => {
      const id = ids[i];
      if (id === undefined || !isTensor(dataId) || origins.has(id) || captured.has(id)) return;
      older.set(id, { shape: [...shape], dtype: dtypeNumber(original, dtype) });
    });
    return ids;
  }

  return {
    binding: { ...copyOfBinding(original), ...hooks },
    inputIds,
    source(spec, reference) {
      const dtype = dtypeNumber(original, spec.dtype);
      const shape = [...spec.shape];
      const id = nextNumber();
      origins.set(id, { kind: 'traced', reference, facts: { shape, dtype } });
      return backend.createOutputTensor({ id, shape, dtype });
    },
    referenceOf(tensor) {
      const [id] = inputIds([tensor]);
      if (id === undefined) throw new Error('The backend gave a tensor no number.');
      return originOf(id).reference;
    },
    nodes: () => nodes,
    dispose: trials.dispose,
  };
}

/** A 64-bit number is given as an object of its own, not as a tensor; its values pass through `createTensor`. */
const isTensor = (dataId: unknown): boolean => dataId !== undefined;

/** A plain object that does what the binding does. Its properties are read-only, so that inheriting would not do. */
function copyOfBinding(binding: NativeBinding): NativeBinding {
  const entries = Object.getOwnPropertyNames(binding).map((name) => {
    const value: unknown = Reflect.get(binding, name);
    return [name, typeof value === 'function' ? (value.bind(binding) as unknown) : value];
  });
  return Object.fromEntries(entries) as NativeBinding;
}

function attributeOf(binding: NativeBinding, { name, type, value }: NativeAttribute): Attribute {
  switch (type) {
    case binding.TF_ATTR_STRING:
      return { kind: 'string', value: value as string };
    case binding.TF_ATTR_INT:
      return Array.isArray(value) ? { kind: 'ints', value } : { kind: 'int', value: Number(value) };
    case binding.TF_ATTR_FLOAT:
      return Array.isArray(value) ? { kind: 'floats', value } : { kind: 'float', value: Number(value) };
    case binding.TF_ATTR_BOOL:
      return Array.isArray(value)
        ? { kind: 'bools', value: value.map(Boolean) }
        : { kind: 'bool', value: Boolean(value) };
    case binding.TF_ATTR_TYPE:
      return { kind: 'type', value: Number(value) };
    case binding.TF_ATTR_SHAPE:
      return { kind: 'shape', value: value as number[] };
    default:
      throw new Error(`Attribute '${name}' has a kind (${String(type)}) that no graph was made from before.`);
  }
}

/** The array may be written to again before the graph is: its owner knows nothing of the trace. */
function copyOfBytes(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
}
