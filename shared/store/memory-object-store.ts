import { assertStoreKey } from './keys';
import type { ObjectStore } from './port';

/** A store in memory, for tests and one-off work. */
export function createMemoryObjectStore(): ObjectStore {
  const objects = new Map<string, Uint8Array>();
  return {
    description: 'memory',
    put: (key, bytes, { ifAbsent }) => {
      assertStoreKey(key);
      if (ifAbsent && objects.has(key)) return Promise.resolve('exists');
      objects.set(key, Uint8Array.from(bytes));
      return Promise.resolve('created');
    },
    get: (key) => Promise.resolve(objects.get(key)?.slice() ?? null),
    size: (key) => Promise.resolve(objects.get(key)?.length ?? null),
    list: (prefix) => Promise.resolve([...objects.keys()].filter((key) => key.startsWith(prefix)).sort()),
    remove: (key) => {
      objects.delete(key);
      return Promise.resolve();
    },
  };
}
