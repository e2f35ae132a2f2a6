import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { canonicalBytes } from '../hash';
import { parsedOrNull } from '../json-bytes';
import type { ObjectEntry, ObjectStore } from '../port';
import { getEvenDamaged } from '../port';

const FOLDER = 'collections/leases/';
const CLOCK_KEY = 'collections/clock.json';
const DIGITS = 8;

/** A collection says at least this often that it lives; who was silent for longer is taken over from. */
const LEASE_MS = 10 * 60_000;

const leaseSchema = z.strictObject({ token: z.string(), who: z.string(), released: z.boolean() });

/** The right to collect: one collection at a time. Numbered and written exclusively, so that of two takers one gets it. */
export interface CollectionLease {
  /** The store's clock when it was taken. */
  readonly takenAtMs: number;
  /** Says that the collection lives. False: another one took over; nothing more may be removed. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

/** The lease, or who holds it. `who` is for people. */
export async function takeLease(
  objects: ObjectStore,
  who: string,
): Promise<{ readonly lease: CollectionLease } | { readonly lease: null; readonly heldBy: string }> {
  const token = randomUUID();
  const bytesOf = (released: boolean): Uint8Array => canonicalBytes({ token, who, released });
  for (;;) {
    const newest = (await objects.listEntries(FOLDER)).at(-1);
    const held = newest === undefined ? null : await holderOf(objects, newest, await storeClockMs(objects));
    if (held !== null) return { lease: null, heldBy: held };
    const number = newest === undefined ? 1 : numberOf(newest.key) + 1;
    const key = `${FOLDER}${String(number).padStart(DIGITS, '0')}.json`;
    if ((await objects.put(key, bytesOf(false), { ifAbsent: true })) !== 'created') continue;
    const taken = await objects.stat(key);
    for (const older of await objects.list(FOLDER)) if (older < key) await objects.remove(older);
    const isOurs = async (): Promise<boolean> => (await objects.list(FOLDER)).at(-1) === key;
    return {
      lease: {
        takenAtMs: taken?.modifiedMs ?? Date.now(),
        renew: async () => {
          if (!(await isOurs())) return false;
          await objects.put(key, bytesOf(false), { ifAbsent: false });
          return true;
        },
        release: async () => {
          if (await isOurs()) await objects.put(key, bytesOf(true), { ifAbsent: false });
        },
      },
    };
  }
}

/** Who holds the newest lease; null where it was given back, cannot be read any more, or its holder is long silent. */
async function holderOf(objects: ObjectStore, { key, modifiedMs }: ObjectEntry, nowMs: number): Promise<string | null> {
  if (nowMs - modifiedMs > LEASE_MS) return null;
  const lease = parsedOrNull(leaseSchema, await getEvenDamaged(objects, key));
  return lease === null || lease.released ? null : lease.who;
}

/** What the clock of the store says: hosts may differ from it and from each other. */
async function storeClockMs(objects: ObjectStore): Promise<number> {
  await objects.put(CLOCK_KEY, canonicalBytes({}), { ifAbsent: false });
  return (await objects.stat(CLOCK_KEY))?.modifiedMs ?? Date.now();
}

function numberOf(key: string): number {
  return Number(/(\d+)\.json$/.exec(key)?.[1] ?? 0);
}
