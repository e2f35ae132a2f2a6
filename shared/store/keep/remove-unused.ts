import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '../port';
import { CONDEMNED_MS, lastUseMs, removeCondemned, useKey, writeCondemned } from '../uses';
import { mapBounded } from '../bounded';
import type { CollectionLease } from './collection-lease';

/** Named and removed together: within seconds, so that whoever needs one of them waits no longer. */
const BATCH = 100;
/** Begins no removal later than this after its batch was named; the rest of the time is for those under way. */
const REMOVE_WITHIN_MS = CONDEMNED_MS / 2;
/** A removal under way is given up after this: nothing may go after its users have taken the list for dead. */
const REMOVAL_MS = CONDEMNED_MS / 3;

export interface Removed {
  readonly keys: readonly string[];
  /** Written or used since the plan was made: they stay. */
  readonly spared: readonly string[];
}

interface RemovalOptions {
  readonly protectedSinceMs: number;
  readonly lease: CollectionLease;
  /** Whether something that was spared needs it. */
  readonly isSpared: (key: string) => boolean;
  /** Hears what was used since the plan was made, before anything beside it is removed. */
  readonly onSpared: (keys: readonly string[]) => void;
  readonly now?: () => number;
}

/** Another collection took over: its plan is another one. */
export class LeaseLost extends Error {}

/**
 * Removes what nobody has used since the plan was made. Each batch is named first, then looked at once more, then removed: a
 * user that marked it before is seen here, one that comes later sees the names and waits (see `Uses`). Throws LeaseLost.
 */
export async function removeUnused(
  objects: ObjectStore,
  keys: readonly string[],
  { protectedSinceMs, lease, isSpared, onSpared, now = Date.now }: RemovalOptions,
): Promise<Removed> {
  const removed: string[] = [];
  const spared: string[] = [];
  let rest = keys;
  while (rest.length > 0) {
    if (!(await lease.renew())) throw new LeaseLost('another collection of this store took over');
    const batch = rest.slice(0, BATCH);
    const deadlineMs = now() + REMOVE_WITHIN_MS;
    const id = randomUUID();
    await writeCondemned(objects, { id, keys: [...batch] });
    const unanswered: string[] = [];
    try {
      const used = await mapBounded(batch, (key) => isUsedSince(objects, key, protectedSinceMs));
      onSpared(batch.filter((_, i) => used[i]));
      const outcomes = await mapBounded(batch, async (key, i) => {
        if (used[i] === true || isSpared(key)) return 'spared';
        // Too slow: named once more with the next batch.
        if (now() > deadlineMs) return 'later';
        await objects.remove(key, { withinMs: REMOVAL_MS }).catch((error: unknown) => {
          unanswered.push(key);
          throw error;
        });
        return 'removed';
      });
      removed.push(...batch.filter((_, i) => outcomes[i] === 'removed'));
      spared.push(...batch.filter((_, i) => outcomes[i] === 'spared'));
      rest = [...batch.filter((_, i) => outcomes[i] === 'later'), ...rest.slice(BATCH)];
    } finally {
      // What was not answered may be done yet: its users wait until the list is taken for dead.
      if (unanswered.length === 0) await removeCondemned(objects, id, { withinMs: REMOVAL_MS });
    }
  }
  return { keys: removed, spared };
}

/** Also of what is gone meanwhile: nothing is left to remove. */
async function isUsedSince(objects: ObjectStore, key: string, sinceMs: number): Promise<boolean> {
  const entry = await objects.stat(key);
  if (entry === null) return false;
  return lastUseMs(entry, await objects.stat(useKey(key))) >= sinceMs;
}
