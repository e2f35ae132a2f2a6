import { createHash } from 'node:crypto';
import { readFloats, writeFloats } from '../../domain/core/float-bytes';
import { fail, ok, type Result } from '../../domain/core/result';
import type { Checkpoint, TrainingState } from './contract';

const MAGIC = 'CWCKPT01';
const FORMAT = 'candlewick-checkpoint';
/** Raised whenever the training state is made of other parts, so that an older one is not gone on from. */
const SCHEMA_VERSION = 1;
const HASH_BYTES = 32;
const HEADER_LENGTH_AT = MAGIC.length + HASH_BYTES;
const HEADER_AT = HEADER_LENGTH_AT + 4;

const VECTORS = ['weights', 'bestWeights', 'firstMoment', 'secondMoment'] as const;

/**
 * Bytes of a checkpoint: eight letters, SHA-256 of all that follows, the header's length (uint32, little-endian), the header
 * (JSON in UTF-8, blanks up to a multiple of four), then the four vectors (float32, little-endian). Every bit comes back.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { identity, state } = checkpoint;
  const lengths = VECTORS.map((name) => checkpoint[name].length);
  const json = JSON.stringify({ format: FORMAT, schemaVersion: SCHEMA_VERSION, identity, state, lengths });
  const text = new TextEncoder().encode(json);
  const header = new Uint8Array(Math.ceil(text.length / 4) * 4).fill(0x20);
  header.set(text);
  const numbers = lengths.reduce((sum, length) => sum + length, 0);
  const bytes = new Uint8Array(HEADER_AT + header.length + numbers * 4);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(HEADER_LENGTH_AT, header.length, true);
  bytes.set(header, HEADER_AT);
  let offset = HEADER_AT + header.length;
  for (const name of VECTORS) {
    writeFloats(checkpoint[name], bytes, offset);
    offset += checkpoint[name].byteLength;
  }
  bytes.set(hashOf(bytes), MAGIC.length);
  return bytes;
}

/**
 * Reads a checkpoint. `ArtifactCorrupt` for bytes that are no checkpoint, are damaged or cut off, or were written by code of
 * another schema version. Whether it is the checkpoint of a certain fit is `trainNet`'s to judge, by its identity.
 */
export function decodeCheckpoint(bytes: Uint8Array): Result<Checkpoint> {
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC || bytes.length < HEADER_AT) {
    return fail('ArtifactCorrupt', `These ${bytes.length} bytes are not a checkpoint (expected '${FORMAT}').`);
  }
  const told = bytes.subarray(MAGIC.length, HEADER_LENGTH_AT);
  if (!hashOf(bytes).equals(told)) {
    return fail(
      'ArtifactCorrupt',
      `The checkpoint's ${bytes.length} bytes do not match their SHA-256: it was cut off or damaged.`,
    );
  }
  const { header, vectorsAt } = openHeader(bytes);
  if (header.schemaVersion !== SCHEMA_VERSION) {
    return fail(
      'ArtifactCorrupt',
      `The checkpoint has schema version ${String(header.schemaVersion)}; this code reads ${SCHEMA_VERSION}.`,
    );
  }
  const { identity, state, lengths } = header;
  const starts = lengths.map((_, i) => vectorsAt + 4 * lengths.slice(0, i).reduce((sum, length) => sum + length, 0));
  const vector = (i: number): Float32Array => readFloats(bytes, starts[i] ?? 0, lengths[i] ?? 0);
  return ok({
    identity,
    state,
    weights: vector(0),
    bestWeights: vector(1),
    firstMoment: vector(2),
    secondMoment: vector(3),
  });
}

interface CheckpointHeader {
  readonly schemaVersion: unknown;
  readonly identity: string;
  readonly state: TrainingState;
  /** Numbers in each of `VECTORS`. */
  readonly lengths: readonly number[];
}

/** The hash matches, so the header is what `encodeCheckpoint` wrote. */
function openHeader(bytes: Uint8Array): { readonly header: CheckpointHeader; readonly vectorsAt: number } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(HEADER_LENGTH_AT, true);
  const vectorsAt = HEADER_AT + length;
  const text = new TextDecoder().decode(bytes.subarray(HEADER_AT, vectorsAt));
  return { header: JSON.parse(text) as CheckpointHeader, vectorsAt };
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes.subarray(HEADER_LENGTH_AT)).digest();
}
