import type { ArtifactRef } from '../contracts/artifact';
import { canonicalBytes, sha256Hex } from './hash';
import { jsonOf } from './json-bytes';
import type { ObjectStore } from './port';
import { getEvenDamaged, StoreError } from './port';
import type { Uses } from './uses';
import { createUses } from './uses';

/** What an artifact is: its kind and the version of its encoding. An unknown version is refused, never guessed at. */
export interface ArtifactKind {
  readonly kind: string;
  readonly schemaVersion: number;
}

/**
 * Immutable artifacts, addressed by their SHA-256. Writing the same bytes twice is one object; a half-written or altered
 * one is noticed on reading, by length and hash.
 */
export interface Artifacts {
  put(bytes: Uint8Array, kind: ArtifactKind): Promise<ArtifactRef>;
  putJson(value: unknown, kind: ArtifactKind): Promise<ArtifactRef>;
  /** Throws ArtifactMissing or ArtifactCorrupt. */
  get(ref: ArtifactRef, kind: ArtifactKind): Promise<Uint8Array>;
  getJson(ref: ArtifactRef, kind: ArtifactKind): Promise<unknown>;
  /** Whether the bytes are there and match their hash. */
  isIntact(ref: ArtifactRef): Promise<boolean>;
}

export function createArtifacts(objects: ObjectStore, uses: Uses = createUses(objects)): Artifacts {
  const isIntact = async (ref: ArtifactRef): Promise<boolean> => {
    const bytes = await getEvenDamaged(objects, ref.uri);
    return bytes !== null && damage(ref, bytes) === null;
  };
  const put = async (bytes: Uint8Array, { kind, schemaVersion }: ArtifactKind): Promise<ArtifactRef> => {
    const sha256 = sha256Hex(bytes);
    const uri = blobKey(sha256);
    const ref = { uri, sha256, bytes: bytes.length, kind, schemaVersion };
    // One request where the bytes are new, as they nearly always are.
    if ((await objects.put(uri, bytes, { ifAbsent: true })) === 'created') return ref;
    // Bytes that nobody referred to may be about to be collected: claimed, they stay.
    if ((await isIntact(ref)) && (await uses.claim(uri))) return ref;
    // Damaged bytes are written over, in one step: whoever publishes anew heals what was damaged.
    await objects.put(uri, bytes, { ifAbsent: false });
    return ref;
  };
  const get = async (ref: ArtifactRef, expected: ArtifactKind): Promise<Uint8Array> => {
    assertKind(ref, expected);
    const bytes = await objects.get(ref.uri);
    if (bytes === null) {
      throw new StoreError('ArtifactMissing', `${ref.kind} ${ref.uri} is not in the store ${objects.description}`);
    }
    const fault = damage(ref, bytes);
    if (fault !== null)
      throw new StoreError('ArtifactCorrupt', `${ref.kind} ${ref.uri} in ${objects.description}: ${fault}`);
    return bytes;
  };
  return {
    put,
    putJson: (value, kind) => put(canonicalBytes(value), kind),
    get,
    getJson: async (ref, kind) => parseJson(await get(ref, kind), ref),
    isIntact,
  };
}

/** Where the bytes with this hash stand. */
export function blobKey(sha256: string): string {
  return `blobs/${sha256.slice(0, 2)}/${sha256}`;
}

function damage(ref: ArtifactRef, bytes: Uint8Array): string | null {
  if (bytes.length !== ref.bytes) return `${String(bytes.length)} bytes found, ${String(ref.bytes)} expected`;
  const found = sha256Hex(bytes);
  return found === ref.sha256 ? null : `SHA-256 ${found} found, ${ref.sha256} expected`;
}

function assertKind(ref: ArtifactRef, expected: ArtifactKind): void {
  if (ref.kind === expected.kind && ref.schemaVersion === expected.schemaVersion) return;
  throw new StoreError(
    'ArtifactCorrupt',
    `${ref.uri} is ${ref.kind} v${String(ref.schemaVersion)}; expected ${expected.kind} v${String(expected.schemaVersion)}: ` +
      'it was written by another version of Candlewick',
  );
}

function parseJson(bytes: Uint8Array, ref: ArtifactRef): unknown {
  try {
    return jsonOf(bytes);
  } catch (error) {
    throw new StoreError('ArtifactCorrupt', `${ref.kind} ${ref.uri} is not JSON`, { cause: error });
  }
}
