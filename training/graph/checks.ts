import { Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors, NamedValues, ProgramDefinition, ProgramFunction, TensorSpec, TensorSpecs } from './program';

/** Throws a RangeError where the declared shapes and types cannot be meant. */
export function checkDefinition(definition: ProgramDefinition): void {
  checkSpecs('state', definition.state);
  for (const [name, { inputs }] of Object.entries(definition.functions)) checkSpecs(`input of '${name}'`, inputs);
}

/** Checked as text: a definition may come from where types do not reach. */
const DTYPES: readonly string[] = ['float32', 'int32'];

function checkSpecs(what: string, specs: TensorSpecs): void {
  for (const [name, { shape, dtype }] of Object.entries(specs)) {
    if (!DTYPES.includes(dtype))
      throw new RangeError(`${what} '${name}': dtype must be float32 or int32, got ${dtype}.`);
    if (!shape.every((size) => Number.isInteger(size) && size >= 0))
      throw new RangeError(`${what} '${name}': shape [${shape.join(', ')}] has a size that is no whole number >= 0.`);
  }
}

/** The declared function, or a RangeError that names those there are. */
export function functionNamed(definition: ProgramDefinition, name: string): ProgramFunction {
  const found = Object.hasOwn(definition.functions, name) ? definition.functions[name] : undefined;
  if (found !== undefined) return found;
  throw new RangeError(`The program has no function '${name}'; it has: ${listed(Object.keys(definition.functions))}.`);
}

/** Throws a RangeError unless the values are exactly the declared ones. `what` begins the message: `input of 'step'`. */
export function checkAllValues(what: string, specs: TensorSpecs, values: NamedValues): void {
  checkSomeValues(what, specs, values);
  const missing = Object.keys(specs).filter((name) => !Object.hasOwn(values, name));
  if (missing.length > 0) throw new RangeError(`${what}: ${listed(missing)} missing.`);
}

/** The same where values may be left out. */
export function checkSomeValues(what: string, specs: TensorSpecs, values: NamedValues): void {
  for (const [name, value] of Object.entries(values)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined)
      throw new RangeError(`${what}: '${name}' is not declared; declared: ${listed(Object.keys(specs))}.`);
    const expected = `${arrayName(spec)} of ${elementCount(spec)}`;
    const given = describeValue(value);
    if (given !== expected)
      throw new RangeError(`${what}: '${name}' must be ${expected} (shape [${spec.shape.join(', ')}]), got ${given}.`);
  }
}

/** Throws a RangeError where a body's result does not fit its declaration, or could not come back as values. */
export function checkResult(
  functionName: string,
  state: TensorSpecs,
  result: { readonly outputs: NamedTensors; readonly state?: NamedTensors },
): void {
  for (const [name, tensor] of Object.entries(result.outputs)) {
    const what = `output '${name}' of '${functionName}'`;
    requireTensor(what, tensor);
    if (tensor.dtype !== 'float32' && tensor.dtype !== 'int32')
      throw new RangeError(`${what} is ${tensor.dtype}; outputs must be float32 or int32: cast it.`);
  }
  for (const [name, tensor] of Object.entries(result.state ?? {})) {
    const what = `'${functionName}' returned state '${name}'`;
    const spec = Object.hasOwn(state, name) ? state[name] : undefined;
    if (spec === undefined)
      throw new RangeError(`${what}, which is not declared; declared: ${listed(Object.keys(state))}.`);
    requireTensor(what, tensor);
    const [expected, given] = [describeTensor(spec), describeTensor(tensor)];
    if (given !== expected) throw new RangeError(`${what} as ${given}; declared is ${expected}.`);
  }
}

function requireTensor(what: string, value: unknown): void {
  if (!(value instanceof Tensor)) throw new RangeError(`${what} is not a tensor.`);
}

function elementCount(spec: { readonly shape: readonly number[] }): number {
  return spec.shape.reduce((product, size) => product * size, 1);
}

/** A zero for every element. */
export function zeroValues(spec: TensorSpec): Float32Array | Int32Array {
  return spec.dtype === 'float32' ? new Float32Array(elementCount(spec)) : new Int32Array(elementCount(spec));
}

const arrayName = (spec: TensorSpec): string => (spec.dtype === 'float32' ? 'Float32Array' : 'Int32Array');

/** By tag, not by instanceof: an array made outside a sandbox (jest, vm) is as good. */
function describeValue(value: unknown): string {
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return ArrayBuffer.isView(value) && 'length' in value ? `${tag} of ${String(value.length)}` : tag;
}

const describeTensor = ({ dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] }): string =>
  `${dtype} [${shape.join(', ')}]`;

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.map((name) => `'${name}'`).join(', ');
