import { randomUUID } from 'node:crypto';
import type { FenceRecord, LineKeys, LineListing, LineTicket } from './checkpoint-names';
import { fenceBytes, isNameOf, lineKeys, parseFence, parseMarker, sortListing } from './checkpoint-names';
import type { CheckpointLine } from './checkpoint-line';
import { createCheckpointLine } from './checkpoint-line';
import type { EpochRecord } from './epoch-metrics';
import { highestEpochFence, readEpochs } from './epoch-metrics';
import type { ObjectStore } from './port';
import { getEvenDamaged } from './port';

/**
 * Checkpoints of trainings under way, one line for each trajectory (what decides every step of a training, in hexadecimal).
 * They are many, large and short-lived, so they are not artifacts: a line keeps the last two and the best, and is removed when
 * the result is published.
 *
 * A line has one writer at a time. Whoever opens it puts the next fence, exclusively, and every earlier writer is fenced off
 * from that moment: it can neither save nor publish, and what it may still write unseen stays invisible, because the fence
 * names the checkpoints that the new writer takes over.
 *
 * Durability is that of the store: a folder flushes the bytes of an object before its name appears, but not the name. After a
 * power cut a marker may therefore stand without its bytes or be lost; the marker's length and hash tell, and the checkpoint
 * before it is used.
 */
export interface CheckpointStore {
  /** Takes the line over. `owner` says who does, for people and for `holder`. */
  open(key: string, owner?: string): Promise<CheckpointLine>;
  /** The line of a writer that opened it in another process. Throws `Fenced` where it is not the writer any more. */
  join(key: string, ticket: LineTicket): Promise<CheckpointLine>;
  /** Who took the line last, and when it was last heard of; null where nobody holds it. */
  holder(key: string): Promise<LineHolder | null>;
  /** Whether the line has a checkpoint to go on from. */
  has(key: string): Promise<boolean>;
  /** Metrics of a line, one record for each epoch. They outlive the line. */
  epochs(key: string): Promise<readonly EpochRecord[]>;
  /** Takes away the checkpoints and fences of a line whose result is published, whoever holds it. */
  remove(key: string): Promise<void>;
}

export interface LineHolder {
  readonly fence: number;
  readonly owner: string;
  /** Of its newest checkpoint, or of its taking over. */
  readonly lastSignMs: number;
}

export function createCheckpointStore(objects: ObjectStore, onWarning: (message: string) => void): CheckpointStore {
  const removeAll = (keys: LineKeys): Promise<void> => removeLine(objects, keys);
  const look = async (keys: LineKeys): Promise<LineListing> => sortListing(await objects.list(keys.folder), keys);
  return {
    open: async (key, owner = '') => {
      const keys = lineKeys(key);
      const token = randomUUID().replaceAll('-', '').slice(0, 12);
      for (;;) {
        const listing = await look(keys);
        const newest = await newestFence(objects, keys, listing, onWarning);
        // Metrics outlive the line: a number that they know must not come a second time.
        const fence = Math.max(newest?.ticket.fence ?? 0, await highestEpochFence(objects, keys)) + 1;
        const sees = visibleMarkers(listing, newest);
        const record = { token, owner, openedAtMs: Date.now(), sees: [...sees] };
        // Somebody else may have taken this number since: then what is seen has to be looked at anew.
        if ((await objects.put(keys.fence(fence), fenceBytes(record), { ifAbsent: true })) !== 'created') continue;
        return createCheckpointLine({ objects, key, keys, ticket: { fence, token }, sees, onWarning, removeAll });
      }
    },
    join: async (key, ticket) => {
      const keys = lineKeys(key);
      const record = parseFence(await getEvenDamaged(objects, keys.fence(ticket.fence)));
      const sees = record?.token === ticket.token ? record.sees : [];
      const line = createCheckpointLine({ objects, key, keys, ticket, sees, onWarning, removeAll });
      await line.assertNotFenced();
      return line;
    },
    holder: async (key) => {
      const keys = lineKeys(key);
      const listing = await look(keys);
      const newest = await newestFence(objects, keys, listing, onWarning);
      if (newest === null) return null;
      const { ticket, record } = newest;
      const last = listing.markers.filter((name) => isNameOf(name, ticket)).at(-1);
      const marker = last === undefined ? null : parseMarker(await getEvenDamaged(objects, keys.marker(last)), last);
      const lastSignMs = Math.max(record?.openedAtMs ?? 0, marker?.savedAtMs ?? 0);
      return { fence: ticket.fence, owner: record?.owner ?? '', lastSignMs };
    },
    has: async (key) => {
      const keys = lineKeys(key);
      const listing = await look(keys);
      return visibleMarkers(listing, await newestFence(objects, keys, listing, onWarning)).length > 0;
    },
    epochs: (key) => readEpochs(objects, lineKeys(key), onWarning),
    remove: (key) => removeAll(lineKeys(key)),
  };
}

/** Markers first: bytes without a marker are nothing, a marker without bytes would be a warning. Fences last. */
async function removeLine(objects: ObjectStore, keys: LineKeys): Promise<void> {
  const all = await objects.list(keys.folder);
  const rank = (key: string): number => (key.includes('/markers/') ? 0 : key.includes('/bytes/') ? 1 : 2);
  for (const key of [...all].sort((a, b) => rank(a) - rank(b))) await objects.remove(key);
}

interface NewestFence {
  readonly ticket: LineTicket;
  /** null where its bytes were damaged. */
  readonly record: FenceRecord | null;
}

async function newestFence(
  objects: ObjectStore,
  keys: LineKeys,
  { fences }: LineListing,
  onWarning: (message: string) => void,
): Promise<NewestFence | null> {
  const fence = fences.at(-1);
  if (fence === undefined) return null;
  const record = parseFence(await getEvenDamaged(objects, keys.fence(fence)));
  if (record === null) {
    onWarning(`the fence ${keys.fence(fence)} cannot be read; every checkpoint of its line counts as seen by it`);
  }
  return { ticket: { fence, token: record?.token ?? '' }, record };
}

/** The checkpoints that the newest writer took over or wrote. */
function visibleMarkers({ markers }: LineListing, newest: NewestFence | null): readonly string[] {
  if (newest === null || newest.record === null) return markers;
  const { ticket, record } = newest;
  return markers.filter((name) => isNameOf(name, ticket) || record.sees.includes(name));
}
