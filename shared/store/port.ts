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
  put(key: string, bytes: Uint8Array, options: { readonly ifAbsent: boolean }): Promise<'created' | 'exists'>;
  /** null where there is no such object. */
  get(key: string): Promise<Uint8Array | null>;
  /** Size in bytes, or null where there is no such object. */
  size(key: string): Promise<number | null>;
  /** Keys below a prefix that ends in `/`, sorted. */
  list(prefix: string): Promise<readonly string[]>;
  remove(key: string): Promise<void>;
}

export type StoreErrorCode = 'StoreUnavailable' | 'StorageFull' | 'ArtifactMissing' | 'ArtifactCorrupt' | 'Fenced';

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
