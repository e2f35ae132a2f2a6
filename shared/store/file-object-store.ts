import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { mapBounded } from './bounded';
import { assertStoreKey, folderOfPrefix, isStoreKey } from './keys';
import type { Leftovers, ObjectEntry, ObjectStore } from './port';
import { StoreError } from './port';

/**
 * A store in a folder. An object is written under a temporary name on the same file system, flushed, and then appears
 * under its key in one step: by `link`, which refuses an existing name, or by `rename`, which replaces it whole.
 */
export function createFileObjectStore(root: string): ObjectStore {
  const pathOf = (key: string): string => {
    assertStoreKey(key);
    return join(root, ...key.split('/'));
  };
  return {
    description: root,
    put: async (key, bytes, { ifAbsent }) => writeWhole(root, pathOf(key), bytes, ifAbsent),
    get: async (key) => nullIfAbsent(readFile(pathOf(key)), key),
    size: async (key) => (await entryOf(key, pathOf(key)))?.bytes ?? null,
    list: (prefix) => listBelow(root, prefix),
    listEntries: async (prefix) => entriesOf(await listBelow(root, prefix), pathOf),
    listFolders: (prefix) => foldersBelow(root, prefix),
    stat: async (key) => entryOf(key, pathOf(key)),
    remove: async (key) => {
      await guard(rm(pathOf(key), { force: true }), key);
    },
    leftovers: temporaryFiles(root),
  };
}

/** Files that are looked at at once: a store has tens of thousands. */
const STATS_AT_ONCE = 64;

async function entriesOf(keys: readonly string[], pathOf: (key: string) => string): Promise<readonly ObjectEntry[]> {
  const entries = await mapBounded(keys, (key) => entryOf(key, pathOf(key)), STATS_AT_ONCE);
  return entries.filter((entry) => entry !== null);
}

async function entryOf(key: string, path: string): Promise<ObjectEntry | null> {
  const found = await nullIfAbsent(stat(path), key);
  return found === null ? null : { key, bytes: found.size, modifiedMs: found.mtimeMs };
}

/** What a writer that was killed left under its temporary name. */
function temporaryFiles(root: string): Leftovers {
  const folder = join(root, '.tmp');
  return {
    list: async () => {
      const names = (await nullIfAbsent(readdir(folder), '.tmp')) ?? [];
      const found = await entriesOf([...names].sort(), (name) => join(folder, name));
      return found.map(({ key, bytes, modifiedMs }) => ({ name: `.tmp/${key}`, bytes, modifiedMs }));
    },
    remove: async ({ name }) => {
      await guard(rm(join(folder, basename(name)), { force: true }), name);
    },
  };
}

async function writeWhole(
  root: string,
  path: string,
  bytes: Uint8Array,
  ifAbsent: boolean,
): Promise<'created' | 'exists'> {
  const temporary = join(root, '.tmp', randomUUID());
  try {
    await mkdir(dirname(temporary), { recursive: true });
    await mkdir(dirname(path), { recursive: true });
    await writeFlushed(temporary, bytes);
    if (!ifAbsent) {
      await rename(temporary, path);
      return 'created';
    }
    return await linkIfAbsent(temporary, path);
  } catch (error) {
    throw storeErrorFrom(error, path);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function linkIfAbsent(from: string, to: string): Promise<'created' | 'exists'> {
  try {
    await link(from, to);
    return 'created';
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return 'exists';
    throw error;
  }
}

async function foldersBelow(root: string, prefix: string): Promise<readonly string[]> {
  const folder = folderOfPrefix(prefix);
  const entries = await nullIfAbsent(readdir(join(root, ...folder.split('/')), { withFileTypes: true }), prefix);
  return (entries ?? [])
    .filter((entry) => entry.isDirectory() && isStoreKey(entry.name))
    .map(({ name }) => `${folder}/${name}/`)
    .sort();
}

async function listBelow(root: string, prefix: string): Promise<readonly string[]> {
  const folder = folderOfPrefix(prefix);
  const entries = await nullIfAbsent(
    readdir(join(root, ...folder.split('/')), { recursive: true, withFileTypes: true }),
    prefix,
  );
  if (entries === null) return [];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .split('\\')
        .join('/'),
    )
    .sort();
}

async function nullIfAbsent<T>(work: Promise<T>, key: string): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw storeErrorFrom(error, key);
  }
}

async function guard<T>(work: Promise<T>, key: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw storeErrorFrom(error, key);
  }
}

function storeErrorFrom(error: unknown, where: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = errnoOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StoreError('StorageFull', `no space left while writing ${where}; the half-written file was removed`, {
      cause: error,
    });
  }
  return new StoreError('StoreUnavailable', `the store refused ${where}: ${reason}`, { cause: error });
}

/** Told by its shape: an error from another realm (a test's sandbox) is no instance of our Error. */
function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
