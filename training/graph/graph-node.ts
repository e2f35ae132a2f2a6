/** One operation of a graph, as TensorFlow's GraphDef has it. An input is `node:output`, or `^node` for order only. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Values as TensorFlow stores them; `dtype` and `type` are its DataType numbers. */
export type Attribute =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'int' | 'float' | 'type'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'ints' | 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'bools'; readonly value: readonly boolean[] }
  | { readonly kind: 'tensor'; readonly value: ConstantTensor };

/** A tensor's values, row-major, in the machine's byte order. */
export interface ConstantTensor {
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly bytes: Uint8Array;
}

/** Name of the node that an input comes from. */
export function sourceOf(input: string): string {
  if (input.startsWith('^')) return input.slice(1);
  const colon = input.lastIndexOf(':');
  return colon < 0 ? input : input.slice(0, colon);
}

/** Names of all nodes that the given ones need, themselves included. */
export function reachedFrom(roots: readonly string[], nodes: readonly GraphNode[]): ReadonlySet<string> {
  const inputsOf = new Map(nodes.map(({ name, inputs }) => [name, inputs]));
  const reached = new Set(roots);
  // A set is walked in the order of addition, those added meanwhile included.
  for (const name of reached) for (const input of inputsOf.get(name) ?? []) reached.add(sourceOf(input));
  return reached;
}
