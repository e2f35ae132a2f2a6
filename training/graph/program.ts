import type { Tensor } from '@tensorflow/tfjs-core';

export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

export type TensorSpecs = Readonly<Record<string, TensorSpec>>;
export type NamedTensors = Readonly<Record<string, Tensor>>;
export type NamedValues = Readonly<Record<string, Float32Array | Int32Array>>;

/** One function of a program: pure, its operations depending on shapes only. */
export interface ProgramFunction {
  readonly inputs: TensorSpecs;
  /**
   * Computes outputs, and the next value of every state tensor that it changes. Runs inside `tf.tidy`. May use gradients;
   * must not draw random numbers, read a tensor's values, or use a number that changes from call to call other than
   * through `inputs`.
   */
  readonly body: (
    state: NamedTensors,
    inputs: NamedTensors,
  ) => { readonly outputs: NamedTensors; readonly state?: NamedTensors };
}

/** Functions over common state that lives where the program runs. */
export interface ProgramDefinition {
  readonly state: TensorSpecs;
  readonly functions: Readonly<Record<string, ProgramFunction>>;
}

/**
 * A program that runs: traced into one graph (`createGraphProgram`) or operation by operation (`createEagerProgram`). Both
 * give the same numbers up to rounding. Throws a RangeError on an unknown name, a missing or surplus input, or a value whose
 * length or type is not the declared one.
 */
export interface TensorProgram {
  readonly run: (functionName: string, inputs: NamedValues) => NamedValues;
  /** Copies of the state, by name. */
  readonly readState: () => NamedValues;
  /** Replaces the named parts of the state. All state is zero before the first call. */
  readonly writeState: (values: NamedValues) => void;
  /** Frees everything. The program must not be used after it. */
  readonly dispose: () => void;
}
