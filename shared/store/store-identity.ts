import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { canonicalBytes } from './hash';
import { parsedOrNull } from './json-bytes';
import type { ObjectStore } from './port';
import { StoreError } from './port';

const IDENTITY_KEY = 'store.json';
const identitySchema = z.object({ id: z.string().min(1) });

/**
 * The identity of a store, written once at its root. Two stores behind one Temporal server are told apart by it, and a
 * store whose root is away (a mount that is gone) is not taken for an empty one.
 */
export async function identifyStore(objects: ObjectStore): Promise<string> {
  const known = await readIdentity(objects);
  if (known !== null) return known;
  await objects.put(IDENTITY_KEY, canonicalBytes({ id: randomUUID() }), { ifAbsent: true });
  const written = await readIdentity(objects);
  if (written !== null) return written;
  throw new StoreError('StoreUnavailable', `the store ${objects.description} does not keep what is written to it`);
}

/**
 * How long a store in a bucket is believed to be there after it was seen. A bucket cannot come unmounted; should it be taken
 * away, the server says so by itself (NoSuchBucket) to all but HeadObject. A folder is looked at each time: it costs nothing.
 */
export const BUCKET_TRUSTED_MS = 5_000;

export interface Presence {
  /** How long the root is believed to be there after it was seen; 0: it is looked at each time. */
  readonly trustedMs: number;
  readonly nowMs?: () => number;
}

/** A store that answers "absent" only while its root is there; else StoreUnavailable, which is tried again. */
export function presentOnly(
  objects: ObjectStore,
  { trustedMs, nowMs = () => performance.now() }: Presence = { trustedMs: 0 },
): ObjectStore {
  let seenAtMs = -Infinity;
  const assertPresent = async (): Promise<void> => {
    const askedAtMs = nowMs();
    if (askedAtMs - seenAtMs < trustedMs) return;
    if ((await objects.size(IDENTITY_KEY)) !== null) {
      seenAtMs = askedAtMs;
      return;
    }
    throw new StoreError(
      'StoreUnavailable',
      `the store ${objects.description} has no ${IDENTITY_KEY}: its folder is missing or not mounted`,
    );
  };
  const present = async <T>(found: T | null): Promise<T | null> => {
    if (found === null) await assertPresent();
    return found;
  };
  const presentList = async <T>(found: readonly T[]): Promise<readonly T[]> => {
    if (found.length === 0) await assertPresent();
    return found;
  };
  return {
    description: objects.description,
    put: async (key, bytes, options) => {
      await assertPresent();
      return objects.put(key, bytes, options);
    },
    get: async (key) => present(await objects.get(key)),
    size: async (key) => present(await objects.size(key)),
    list: async (prefix) => presentList(await objects.list(prefix)),
    listEntries: async (prefix) => presentList(await objects.listEntries(prefix)),
    listFolders: async (prefix) => presentList(await objects.listFolders(prefix)),
    stat: async (key) => present(await objects.stat(key)),
    remove: (key, options) => objects.remove(key, options),
    ...(objects.leftovers === undefined ? {} : { leftovers: objects.leftovers }),
  };
}

async function readIdentity(objects: ObjectStore): Promise<string | null> {
  const bytes = await objects.get(IDENTITY_KEY);
  if (bytes === null) return null;
  const identity = parsedOrNull(identitySchema, bytes);
  if (identity !== null) return identity.id;
  throw new StoreError(
    'StoreUnavailable',
    `${IDENTITY_KEY} of the store ${objects.description} is damaged; restore it or start a new store`,
  );
}
