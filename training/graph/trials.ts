import type { NativeAttribute, NativeBinding } from './native-backend';

export interface TensorFacts {
  readonly shape: readonly number[];
  /** TensorFlow's DataType number. */
  readonly dtype: number;
}

/** An input of a trial: of known shape and type and any values, or a constant that is there. */
export type TrialInput = ({ readonly kind: 'any' } & TensorFacts) | ConstantInput;

interface ConstantInput extends TensorFacts {
  readonly kind: 'constant';
  readonly id: number;
  /** The values, where they are few; null: not known. */
  readonly bytes: Uint8Array | null;
}

/** Tells what an operation gives, in shapes and types. */
export interface Trials {
  readonly outputs: (
    op: string,
    attrs: readonly NativeAttribute[],
    inputs: readonly TrialInput[],
    outputCount: number,
  ) => readonly TensorFacts[];
  readonly dispose: () => void;
}

/** Whole numbers that may say what shape a result has (`Reshape`, `Slice`) are few. */
const MAX_SHAPE_BYTES = 1024;

/**
 * Finds out by running an operation once, on any values of the shapes. The same operation on the same shapes is run no second
 * time, and one tensor stands for all of its shape: a trace needs the memory of the distinct shapes of a step, and not that of
 * all its results, which tfjs keeps for the gradients.
 */
export function createTrials(binding: NativeBinding): Trials {
  const known = new Map<string, readonly TensorFacts[]>();
  const standIns = new Map<string, number>();
  const wholeNumbers = [binding.TF_INT32, binding.TF_INT64];

  function idOf(input: TrialInput): number {
    if (input.kind === 'constant') return input.id;
    const found = standIns.get(factsKey(input));
    if (found !== undefined) return found;
    const id = binding.createTensor(input.shape, input.dtype, zeros(binding, input));
    standIns.set(factsKey(input), id);
    return id;
  }

  /** Keeps a result as the stand-in of its shape; whole numbers must be zeros, since they may be indices. */
  function keepOrDelete(id: number, facts: TensorFacts): void {
    if (standIns.has(factsKey(facts)) || wholeNumbers.includes(facts.dtype)) binding.deleteTensor(id);
    else standIns.set(factsKey(facts), id);
  }

  /** Equal only where the shapes of the results must be equal. */
  function inputKey(input: TrialInput): string {
    if (input.kind === 'any' || !wholeNumbers.includes(input.dtype)) return factsKey(input);
    if (input.bytes === null || input.bytes.length > MAX_SHAPE_BYTES) return `tensor ${String(input.id)}`;
    return `${factsKey(input)} ${input.bytes.join(' ')}`;
  }

  return {
    outputs(op, attrs, inputs, outputCount) {
      const key = JSON.stringify([op, attrs, inputs.map(inputKey), outputCount]);
      const before = known.get(key);
      if (before !== undefined) return before;
      const results = binding.executeOp(op, attrs, inputs.map(idOf), outputCount);
      const facts = results.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
      results.forEach(({ id }, i) => keepOrDelete(id, facts[i] ?? { shape: [], dtype: 0 }));
      known.set(key, facts);
      return facts;
    },
    dispose() {
      for (const id of standIns.values()) binding.deleteTensor(id);
      standIns.clear();
    },
  };
}

const factsKey = ({ dtype, shape }: TensorFacts): string => `${String(dtype)} [${shape.join(',')}]`;

function zeros(binding: NativeBinding, { shape, dtype }: TensorFacts): Float32Array | Int32Array | Uint8Array {
  const size = shape.reduce((product, length) => product * length, 1);
  switch (dtype) {
    case binding.TF_FLOAT:
      return new Float32Array(size);
    case binding.TF_INT32:
      return new Int32Array(size);
    case binding.TF_INT64:
      return new Int32Array(2 * size);
    case binding.TF_BOOL:
      return new Uint8Array(size);
    default:
      throw new Error(`A trace met a tensor of TensorFlow's type ${String(dtype)}.`);
  }
}
