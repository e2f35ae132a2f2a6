import { assertStoreKey, folderOfPrefix } from '../../shared/store/keys';
import type { ObjectEntry, ObjectStore } from '../../shared/store/port';

/** A store in memory: the test double that runs the same cases as the adapters. `now` is the store's clock. */
export function createMemoryObjectStore(now: () => number = Date.now): ObjectStore {
  const objects = new Map<string, Uint8Array>();
  const modified = new Map<string, number>();
  const entryOf = (key: string): ObjectEntry | null => {
    const bytes = objects.get(key);
    return bytes === undefined ? null : { key, bytes: bytes.length, modifiedMs: modified.get(key) ?? 0 };
  };
  const below = <T>(prefix: string, work: (key: string) => T): Promise<readonly T[]> => {
    const folder = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
    return at(folder, () =>
      [...objects.keys()]
        .filter((key) => key.startsWith(`${folder}/`))
        .sort()
        .map(work),
    );
  };
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
        modified.set(key, now());
        return 'created';
      }),
    get: (key) => at(key, () => objects.get(key)?.slice() ?? null),
    size: (key) => at(key, () => objects.get(key)?.length ?? null),
    list: (prefix) => below(prefix, (key) => key),
    listEntries: async (prefix) => (await below(prefix, entryOf)).filter((entry) => entry !== null),
    listFolders: async (prefix) => {
      const found = await below(prefix, (key) => /^[^/]+\//.exec(key.slice(folderOfPrefix(prefix).length + 1))?.[0]);
      return [...new Set(found.filter((name) => name !== undefined))].map(
        (name) => `${folderOfPrefix(prefix)}/${name}`,
      );
    },
    stat: (key) => at(key, () => entryOf(key)),
    remove: (key) => at(key, () => void objects.delete(key)),
  };
}
