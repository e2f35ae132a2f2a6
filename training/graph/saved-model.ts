import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Attribute, ConstantTensor, GraphNode } from './graph-node';
import {
  boolField,
  bytesField,
  floatField,
  intField,
  messageField,
  packedFloatsField,
  packedIntsField,
  textField,
  type Message,
} from './wire-format';

const TAG = 'serve';
/** Any recent version of the graph format will do; this is TensorFlow 2.16's. */
const PRODUCER = 1882;
const FLOAT = 1;

/**
 * Loads the nodes as a session of TensorFlow by way of a SavedModel in a temporary folder, which is gone when this returns
 * or throws. Returns the session's number in the binding.
 */
export function loadNodes(
  binding: { readonly loadSavedModel: (folder: string, tags: string) => number },
  nodes: readonly GraphNode[],
): number {
  const folder = mkdtempSync(join(tmpdir(), 'graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModelBytes(nodes));
    return binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The smallest SavedModel that loads: one graph under one tag; no signatures, no stored variables. */
function savedModelBytes(nodes: readonly GraphNode[]): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => messageField(1, nodeMessage(node))),
    ...messageField(4, intField(1, PRODUCER)),
  ];
  const metaGraph = [...messageField(1, textField(4, TAG)), ...messageField(2, graph)];
  return Buffer.concat([...intField(1, 1), ...messageField(2, metaGraph)]);
}

function nodeMessage(node: GraphNode): Message {
  return [
    ...textField(1, node.name),
    ...textField(2, node.op),
    ...node.inputs.flatMap((input) => textField(3, input)),
    ...Object.entries(node.attributes).flatMap(([name, attribute]) =>
      messageField(5, [...textField(1, name), ...messageField(2, attributeMessage(attribute))]),
    ),
  ];
}

function attributeMessage(attribute: Attribute): Message {
  switch (attribute.kind) {
    case 'string':
      return textField(2, attribute.value);
    case 'int':
      return intField(3, attribute.value);
    case 'float':
      return floatField(4, attribute.value);
    case 'bool':
      return boolField(5, attribute.value);
    case 'type':
      return intField(6, attribute.value);
    case 'shape':
      return messageField(7, shapeMessage(attribute.value));
    case 'tensor':
      return messageField(8, tensorMessage(attribute.value));
    case 'ints':
      return messageField(1, packedIntsField(3, attribute.value));
    case 'floats':
      return messageField(1, packedFloatsField(4, attribute.value));
    case 'bools':
      return messageField(1, packedIntsField(5, attribute.value.map(Number)));
  }
}

const shapeMessage = (shape: readonly number[]): Message => shape.flatMap((size) => messageField(2, intField(1, size)));

/** All-equal floats are written as one value, which TensorFlow repeats: `tf.ones` of a large shape costs nothing. */
function tensorMessage(tensor: ConstantTensor): Message {
  const head = [...intField(1, tensor.dtype), ...messageField(2, shapeMessage(tensor.shape))];
  const repeated = tensor.dtype === FLOAT ? repeatedWord(tensor.bytes) : null;
  if (repeated === null) return [...head, ...bytesField(4, tensor.bytes)];
  return [...head, ...bytesField(5, repeated)];
}

/** The four bytes that all of the data repeats, more than once, or null. Compared as bits: NaN and -0 stay what they are. */
function repeatedWord(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length <= 4) return null;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const first = words[0];
  return words.every((word) => word === first) ? bytes.subarray(0, 4) : null;
}
