/**
 * Where bytes live. The port is small so that a file system, S3 or a test double can stand behind it; everything about
 * hashes, manifests and markers is built on top of it in `artifacts.ts`.
 *
 * Keys are relative, `/`-separated, and may not leave the root. Failures are thrown as `StoreError`.
 */
export interface ObjectStore {
  /** For people: where this store is. */
  readonly description: string;
  /**
   * Writes an object whole or not at all. `ifAbsent` refuses to replace: of any number of writers at once exactly one is
   * told `created`.
   */
  put(key: string, bytes: Uint8Array, options: PutOptions): Promise<'created' | 'exists'>;
  /** null where there is no such object. A store that keeps hashes of its own throws ArtifactCorrupt for altered bytes. */
  get(key: string): Promise<Uint8Array | null>;
  /** Size in bytes, or null where there is no such object. */
  size(key: string): Promise<number | null>;
  /** Keys below a prefix that ends in `/`, sorted. */
  list(prefix: string): Promise<readonly string[]>;
  /** The same with size and age of each object; what vanishes meanwhile may be missing. */
  listEntries(prefix: string): Promise<readonly ObjectEntry[]>;
  /**
   * The folders right below a prefix that ends in `/`, as prefixes such as `runs/a/`, sorted as strings; what lies deeper is
   * not walked. Names that are no store key are left out. On disk a folder whose objects are gone may still be named.
   */
  listFolders(prefix: string): Promise<readonly string[]>;
  /** Size and age of one object, or null where there is none. */
  stat(key: string): Promise<ObjectEntry | null>;
  remove(key: string, options?: RemoveOptions): Promise<void>;
  /** What killed writers left beside the objects, where a store of this kind can have such a thing. */
  readonly leftovers?: Leftovers;
}

/** What a listing tells of an object. The instant is of the store's clock, in epoch milliseconds UTC. */
export interface ObjectEntry {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Something half-written that is no object: a temporary file, an upload in parts that was never completed. */
export interface Leftover {
  /** For people and for `remove`; no key. */
  readonly name: string;
  /** null where the store does not say. */
  readonly bytes: number | null;
  readonly modifiedMs: number;
}

/** Tidying up behind killed writers. A writer that lives may stand in the list: only the old ones may go. */
export interface Leftovers {
  list(): Promise<readonly Leftover[]>;
  remove(leftover: Leftover): Promise<void>;
}

export interface RemoveOptions {
  /** Nothing is sent later than this from now on: a store that does not answer is given up. A folder answers at once. */
  readonly withinMs?: number;
}

export interface PutOptions {
  readonly ifAbsent: boolean;
  /** Called as the bytes of a large object leave, where the store sends it in parts. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
}

/**
 * The bytes of an object, for a reader that can do without them: what the store itself found altered comes as no bytes at
 * all, which no parser, length or hash takes for sound.
 */
export async function getEvenDamaged(objects: ObjectStore, key: string): Promise<Uint8Array | null> {
  try {
    return await objects.get(key);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ArtifactCorrupt') return new Uint8Array(0);
    throw error;
  }
}

export type StoreErrorCode =
  | 'StoreUnavailable'
  | 'StorageFull'
  | 'ArtifactMissing'
  | 'ArtifactCorrupt'
  | 'Fenced'
  | 'ModelUnknown'
  | 'ChampionMoved'
  | 'LedgerBroken';

/** A failure of the store, with its code in the error table. */
export class StoreError extends Error {
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = code;
  }
}
