import type { KernelBackend, Tensor } from '@tensorflow/tfjs-core';

/** A tensor that TensorFlow holds for JavaScript, by its number; numbers are never used again. */
export interface NativeTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** An attribute of an operation, as tfjs-node's kernels give it. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** tfjs-node's native module, as far as this room uses it. */
export interface NativeBinding {
  createTensor(shape: readonly number[], dtype: number, values: unknown): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(op: string, attrs: readonly NativeAttribute[], inputs: readonly number[], outputs: number): NativeTensor[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(session: number, inputs: readonly number[], feeds: string, fetches: string): NativeTensor[];
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** What this room uses of tfjs-node's backend. Private there in part: the version of tfjs-node is pinned for it. */
export interface NativeBackend extends KernelBackend {
  binding: NativeBinding;
  readonly isUsingGpuDevice: boolean;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(tensor: NativeTensor): Tensor;
  executeSingleOutput(op: string, attrs: readonly NativeAttribute[], inputs: readonly unknown[]): Tensor;
  executeMultipleOutputs(
    op: string,
    attrs: readonly NativeAttribute[],
    inputs: readonly unknown[],
    outputs: number,
  ): Tensor[];
}

/** The backend, where it is tfjs-node's; throws a RangeError where it is another one. */
export function asNativeBackend(backend: KernelBackend): NativeBackend {
  const candidate = backend as Partial<NativeBackend>;
  if (candidate.binding === undefined || typeof candidate.createOutputTensor !== 'function')
    throw new RangeError(
      'A graph program needs the native TensorFlow backend (tfjs-node); use createEagerProgram on any other.',
    );
  return candidate as NativeBackend;
}

/** TensorFlow's DataType number, which the binding's own constants are too. */
export function dtypeNumber(binding: NativeBinding, dtype: string): number {
  switch (dtype) {
    case 'float32':
      return binding.TF_FLOAT;
    case 'int32':
      return binding.TF_INT32;
    case 'bool':
      return binding.TF_BOOL;
    default:
      throw new RangeError(`A graph cannot hold tensors of ${dtype}, only of float32, int32 and bool.`);
  }
}
