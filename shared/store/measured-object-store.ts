import type { ObjectStore } from './port';

/** One request to a store, as it ended. */
export interface StoreRequest {
  readonly operation: 'put' | 'get' | 'stat' | 'list' | 'remove';
  /** `ok`, `exists` (a put that was refused), `absent`, or the code of what went wrong. */
  readonly outcome: string;
  readonly seconds: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** What is told of a store: a request as it ended, and every try of one that was not the first. */
export type StoreEvent =
  { readonly kind: 'request'; readonly request: StoreRequest } | { readonly kind: 'retry'; readonly operation: string };

/** The same store; every request is told, also one that fails. Whoever is told must not throw. */
export function measureObjectStore(
  objects: ObjectStore,
  tell: (request: StoreRequest) => void,
  nowMs: () => number = () => performance.now(),
): ObjectStore {
  const measured = async <T>(
    operation: StoreRequest['operation'],
    work: () => Promise<T>,
    describe: (answer: T) => Partial<StoreRequest>,
  ): Promise<T> => {
    const fromMs = nowMs();
    const entry = (facts: Partial<StoreRequest>): StoreRequest => ({
      operation,
      outcome: 'ok',
      bytesRead: 0,
      bytesWritten: 0,
      seconds: (nowMs() - fromMs) / 1000,
      ...facts,
    });
    try {
      const answer = await work();
      tell(entry(describe(answer)));
      return answer;
    } catch (error) {
      tell(entry({ outcome: codeOf(error) }));
      throw error;
    }
  };
  return {
    ...objects,
    put: (key, bytes, options) =>
      measured(
        'put',
        () => objects.put(key, bytes, options),
        (answer) => (answer === 'created' ? { bytesWritten: bytes.length } : { outcome: 'exists' }),
      ),
    get: (key) =>
      measured(
        'get',
        () => objects.get(key),
        (bytes) => (bytes === null ? { outcome: 'absent' } : { bytesRead: bytes.length }),
      ),
    size: (key) =>
      measured(
        'stat',
        () => objects.size(key),
        (bytes) => (bytes === null ? { outcome: 'absent' } : {}),
      ),
    stat: (key) =>
      measured(
        'stat',
        () => objects.stat(key),
        (entry) => (entry === null ? { outcome: 'absent' } : {}),
      ),
    list: (prefix) =>
      measured(
        'list',
        () => objects.list(prefix),
        () => ({}),
      ),
    listEntries: (prefix) =>
      measured(
        'list',
        () => objects.listEntries(prefix),
        () => ({}),
      ),
    listFolders: (prefix) =>
      measured(
        'list',
        () => objects.listFolders(prefix),
        () => ({}),
      ),
    remove: (key, options) =>
      measured(
        'remove',
        () => objects.remove(key, options),
        () => ({}),
      ),
  };
}

/** Codes of the error table and of the system are few; anything else is one. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'Unexpected';
}
