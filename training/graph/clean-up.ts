import { createHash } from 'node:crypto';
import { reachedFrom, sourceOf, type GraphNode } from './graph-node';
import type { Trace } from './trace';

/** The trace without what no result needs, and with each constant once. */
export function cleanUp(trace: Trace): Trace {
  const results = trace.functions.flatMap(({ outputs, updates }) =>
    [...outputs, ...updates].map(({ reference }) => sourceOf(reference)),
  );
  const needed = reachedFrom(results, trace.nodes);
  const first = new Map<string, string>();
  const replacement = new Map<string, string>();
  for (const node of trace.nodes) {
    const key = needed.has(node.name) ? constantKey(node) : null;
    if (key === null) continue;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, node.name);
    else replacement.set(node.name, earlier);
  }
  const resolve = (reference: string): string => {
    const earlier = replacement.get(sourceOf(reference));
    return earlier === undefined ? reference : `${earlier}:0`;
  };
  const resolved = <T extends { readonly reference: string }>(items: readonly T[]): readonly T[] =>
    items.map((item) => ({ ...item, reference: resolve(item.reference) }));
  return {
    nodes: trace.nodes
      .filter(({ name }) => needed.has(name) && !replacement.has(name))
      .map((node) => ({ ...node, inputs: node.inputs.map(resolve) })),
    functions: trace.functions.map((fn) => ({
      ...fn,
      outputs: resolved(fn.outputs),
      updates: resolved(fn.updates),
    })),
  };
}

/** Equal for equal constants, null for anything else. */
function constantKey(node: GraphNode): string | null {
  const value = node.attributes.value;
  if (node.op !== 'Const' || value?.kind !== 'tensor') return null;
  const { dtype, shape, bytes } = value.value;
  return `${String(dtype)} ${shape.join(',')} ${createHash('sha1').update(bytes).digest('base64')}`;
}
