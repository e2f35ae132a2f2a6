import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { canonicalBytes } from './hash';
import { parsedOrNull } from './json-bytes';
import type { ObjectEntry, ObjectStore, RemoveOptions } from './port';
import { getEvenDamaged } from './port';

/** What was written or used more recently than this needs no new mark. A collection keeps what is younger than twice that. */
export const USE_REFRESH_MS = 3_600_000;

/** Names the few objects that a collection is about to remove; anybody may look. */
export const CONDEMNED_KEY = 'collections/condemned.json';

/** A collection names objects for no longer than this, and then takes the list back, also half done. */
export const CONDEMNED_MS = 30_000;

/** A list that is still there after this was left by a collection that was killed: nothing is removed by it any more. */
const DEAD_AFTER_MS = 3 * CONDEMNED_MS;
const LOOK_EVERY_MS = 200;

const condemnedSchema = z.strictObject({ id: z.string(), keys: z.array(z.string()) });
export type Condemned = z.infer<typeof condemnedSchema>;

export function useKey(key: string): string {
  return `uses/${key}`;
}

/** When an object was last written or said to be in use; epoch milliseconds of the store's clock. */
export function lastUseMs(entry: ObjectEntry, use: ObjectEntry | null): number {
  return Math.max(entry.modifiedMs, use?.modifiedMs ?? 0);
}

/**
 * Tells a collection that an old object is needed again. The collection and the user each write first and then look at what
 * the other wrote: whoever uses an object marks it and looks whether it is condemned; the collection condemns it and looks
 * whether it was marked. So at least one of them sees the other, whatever the order, without a lock that all would wait for.
 */
export interface Uses {
  /**
   * Whether the object stands and will not be collected for as long as the grace period, counted from now. Waits while it is
   * condemned. False: it is gone, or goes; whoever needs it writes it anew.
   */
  claim(key: string): Promise<boolean>;
}

interface UsesOptions {
  readonly now?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
}

export function createUses(objects: ObjectStore, { now = Date.now, pause = sleep }: UsesOptions = {}): Uses {
  const isRecent = (entry: ObjectEntry | null): boolean =>
    entry !== null && Math.abs(now() - entry.modifiedMs) < USE_REFRESH_MS;

  const untilReprieved = async (key: string): Promise<void> => {
    let waiting = { id: '', sinceMs: now() };
    for (;;) {
      const condemned = await readCondemned(objects);
      if (condemned === null || !condemned.keys.includes(key)) return;
      if (waiting.id !== condemned.id) waiting = { id: condemned.id, sinceMs: now() };
      if (now() - waiting.sinceMs > DEAD_AFTER_MS) return;
      await pause(LOOK_EVERY_MS);
    }
  };

  return {
    claim: async (key) => {
      const entry = await objects.stat(key);
      if (entry === null) return false;
      // Nothing as young as this is ever condemned.
      if (isRecent(entry)) return true;
      if (!isRecent(await objects.stat(useKey(key)))) {
        await objects.put(useKey(key), canonicalBytes({}), { ifAbsent: false });
      }
      await untilReprieved(key);
      return (await objects.size(key)) !== null;
    },
  };
}

/** The list of a collection at work; one that cannot be read names nothing that could be waited for. */
export async function readCondemned(objects: ObjectStore): Promise<Condemned | null> {
  return parsedOrNull(condemnedSchema, await getEvenDamaged(objects, CONDEMNED_KEY));
}

export async function writeCondemned(objects: ObjectStore, condemned: Condemned): Promise<void> {
  await objects.put(CONDEMNED_KEY, canonicalBytes(condemned), { ifAbsent: false });
}

/** Takes a list back; that of another collection, which took over meanwhile, stays. */
export async function removeCondemned(objects: ObjectStore, id: string, options?: RemoveOptions): Promise<void> {
  if ((await readCondemned(objects))?.id === id) await objects.remove(CONDEMNED_KEY, options);
}
