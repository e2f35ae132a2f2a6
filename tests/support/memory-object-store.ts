import { assertStoreKey } from '../../shared/store/keys';
import type { ObjectStore } from '../../shared/store/port';

/** A store in memory: the test double that runs the same cases as the adapters. */
export function createMemoryObjectStore(): ObjectStore {
  const objects = new Map<string, Uint8Array>();
  const at = <T>(key: string, work: () => T): Promise<T> =>
    new Promise((resolve) => {
      assertStoreKey(key);
      resolve(work());
    });
  return {
    description: 'memory',
    put: (key, bytes, { ifAbsent }) =>
      at(key, () => {
        if (ifAbsent && objects.has(key)) return 'exists';
        objects.set(key, Uint8Array.from(bytes));
        return 'created';
      }),
    get: (key) => at(key, () => objects.get(key)?.slice() ?? null),
    size: (key) => at(key, () => objects.get(key)?.length ?? null),
    list: (prefix) => {
      const folder = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
      return at(folder, () => [...objects.keys()].filter((key) => key.startsWith(`${folder}/`)).sort());
    },
    remove: (key) => at(key, () => void objects.delete(key)),
  };
}
