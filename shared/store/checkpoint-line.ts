import type { CheckpointKind, CheckpointMarker, LineKeys, LineListing, LineTicket } from './checkpoint-names';
import { checkpointName, isNameOf, markerBytes, parseFence, parseMarker, sortListing } from './checkpoint-names';
import type { EpochRecord } from './epoch-metrics';
import { readEpochs, writeEpoch } from './epoch-metrics';
import { sha256Hex } from './hash';
import type { ObjectStore } from './port';
import { getEvenDamaged, StoreError } from './port';

/** Checkpoints kept besides the best: should the last one be damaged, there is one before it. */
const KEPT_LAST = 2;

export interface CheckpointFacts {
  /** Updates done. */
  readonly step: number;
  readonly kind: CheckpointKind;
  /** Whether it holds the best epoch so far; the newest of these is kept. */
  readonly isBest: boolean;
  /** Small facts for people; JSON. */
  readonly meta: CheckpointMarker['meta'];
}

export interface StoredCheckpoint extends CheckpointFacts {
  readonly name: string;
  readonly savedAtMs: number;
  readonly bytes: Uint8Array;
}

/** The writer's side of one line. Of writers at once only the one that opened last can save. */
export interface CheckpointLine {
  readonly ticket: LineTicket;
  /**
   * Durable when it settles: the bytes first, then, exclusively, the marker that makes them a checkpoint. Saves wait for each
   * other. Throws `Fenced` where a newer writer has taken the line over, `StorageFull` where there is no space; whatever it
   * throws, the checkpoints before are untouched and nothing half-written is left.
   */
  save(bytes: Uint8Array, facts: CheckpointFacts): Promise<void>;
  /** The newest checkpoint whose bytes match its marker; damaged ones are passed over with a warning. */
  latest(): Promise<StoredCheckpoint | null>;
  /** The same from the newest to the oldest, for a reader that may have to refuse one by its content. */
  newestFirst(): AsyncIterable<StoredCheckpoint>;
  /** Throws `Fenced` where this writer's fence is not the newest any more. For right before a result is published. */
  assertNotFenced(): Promise<void>;
  /** Adds an epoch's metrics; the same epoch again changes nothing. Throws `Fenced`. */
  appendEpoch(record: { readonly epoch: number }): Promise<void>;
  epochs(): Promise<readonly EpochRecord[]>;
  /** Takes the line away once its result is published; its metrics stay. */
  clear(): Promise<void>;
}

export interface LineOptions {
  readonly objects: ObjectStore;
  readonly key: string;
  readonly keys: LineKeys;
  readonly ticket: LineTicket;
  /** Checkpoints of earlier writers that this one took over. */
  readonly sees: readonly string[];
  readonly onWarning: (message: string) => void;
  readonly removeAll: (keys: LineKeys) => Promise<void>;
}

export function createCheckpointLine(options: LineOptions): CheckpointLine {
  const { objects, key, keys, ticket, onWarning } = options;
  const damaged = new Set<string>();
  const tidier = { ...options, damaged };
  let saving: Promise<unknown> = Promise.resolve();
  let turn = 0;

  const listOrFenced = async (): Promise<LineListing> => {
    const listing = sortListing(await objects.list(keys.folder), keys);
    const isNewest = listing.fences.at(-1) === ticket.fence;
    // A line that was cleared and opened anew may count from the same number: only the token tells.
    const own = isNewest ? parseFence(await getEvenDamaged(objects, keys.fence(ticket.fence))) : null;
    if (own?.token !== ticket.token) throw fencedOff(key, ticket.fence, listing.fences.at(-1));
    return listing;
  };
  const publish = async (bytes: Uint8Array, facts: CheckpointFacts): Promise<void> => {
    const name = checkpointName(ticket, facts.step, (turn += 1));
    const fields = { name, ...facts, bytes: bytes.length, sha256: sha256Hex(bytes), savedAtMs: Date.now() };
    try {
      await putNew(objects, keys.bytes(name), bytes);
      await listOrFenced();
      await putNew(objects, keys.marker(name), markerBytes(fields));
    } catch (error) {
      for (const half of [keys.marker(name), keys.bytes(name)]) await objects.remove(half).catch(() => undefined);
      throw saveFault(error, objects, facts.step, bytes.length);
    }
    // Looked at again: who was fenced off meanwhile must not tidy up under the new writer.
    await tidy(await listOrFenced(), tidier);
  };
  async function* newestFirst(): AsyncIterable<StoredCheckpoint> {
    const { markers } = sortListing(await objects.list(keys.folder), keys);
    for (const name of visible(markers, options).reverse()) {
      const found = await readCheckpoint(objects, keys, name);
      if (typeof found !== 'string') yield found;
      else {
        damaged.add(name);
        onWarning(`checkpoint ${name} of ${key} is passed over: ${found}`);
      }
    }
  }

  return {
    ticket,
    newestFirst,
    save: (bytes, facts) => {
      const own = saving.then(() => publish(bytes, facts));
      saving = own.catch(() => undefined);
      return own;
    },
    latest: async () => {
      for await (const checkpoint of newestFirst()) return checkpoint;
      return null;
    },
    assertNotFenced: async () => {
      await listOrFenced();
    },
    appendEpoch: async (record) => {
      await listOrFenced();
      await writeEpoch(objects, keys, ticket.fence, record);
    },
    epochs: () => readEpochs(objects, keys, onWarning),
    clear: async () => {
      await saving;
      await options.removeAll(keys);
    },
  };
}

function visible(markers: readonly string[], { sees, ticket }: Pick<LineOptions, 'sees' | 'ticket'>): string[] {
  return markers.filter((name) => isNameOf(name, ticket) || sees.includes(name));
}

async function putNew(objects: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  if ((await objects.put(key, bytes, { ifAbsent: true })) === 'created') return;
  throw new StoreError('StoreUnavailable', `${key} is there already in ${objects.description}; no name comes twice`);
}

/** The checkpoint, or what is wrong with it. */
async function readCheckpoint(objects: ObjectStore, keys: LineKeys, name: string): Promise<StoredCheckpoint | string> {
  const marker = parseMarker(await getEvenDamaged(objects, keys.marker(name)), name);
  if (marker === null) return 'its marker cannot be read';
  const bytes = await getEvenDamaged(objects, keys.bytes(name));
  if (bytes === null) return 'its bytes are gone';
  if (bytes.length !== marker.bytes) {
    return `${String(bytes.length)} bytes found, ${String(marker.bytes)} expected`;
  }
  if (sha256Hex(bytes) !== marker.sha256) return 'its bytes do not match their SHA-256';
  const { step, kind, isBest, meta, savedAtMs } = marker;
  return { name, step, kind, isBest, meta, savedAtMs, bytes };
}

/**
 * Takes away what is not the best or one of the last two: older checkpoints, damaged ones, what fenced-off writers left,
 * bytes that never got a marker, and older fences. A checkpoint is durable already: what cannot be removed is only warned of.
 */
async function tidy(
  listing: LineListing,
  options: LineOptions & { readonly damaged: ReadonlySet<string> },
): Promise<void> {
  const { objects, keys, ticket, damaged, onWarning } = options;
  const sound = visible(listing.markers, options).filter((name) => !damaged.has(name));
  const kept = new Set([...sound.slice(-KEPT_LAST), ...(await newestBest(objects, keys, sound))]);
  const doomed = [
    ...listing.markers.filter((name) => !kept.has(name)).map(keys.marker),
    ...listing.bytes.filter((name) => !kept.has(name)).map(keys.bytes),
    ...listing.fences.filter((fence) => fence < ticket.fence).map(keys.fence),
  ];
  for (const key of doomed) {
    try {
      await objects.remove(key);
    } catch (error) {
      onWarning(`${key} could not be removed for now: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function newestBest(objects: ObjectStore, keys: LineKeys, names: readonly string[]): Promise<readonly string[]> {
  for (const name of [...names].reverse()) {
    if (parseMarker(await getEvenDamaged(objects, keys.marker(name)), name)?.isBest === true) return [name];
  }
  return [];
}

function fencedOff(key: string, fence: number, newest: number | undefined): StoreError {
  const who = newest === undefined ? 'its result is published or it was removed' : `writer ${String(newest)} took over`;
  return new StoreError('Fenced', `writer ${String(fence)} of the training ${key.slice(0, 16)} is fenced off: ${who}`);
}

function saveFault(error: unknown, objects: ObjectStore, step: number, bytes: number): unknown {
  if (!(error instanceof StoreError) || error.code !== 'StorageFull') return error;
  const megabytes = (bytes / 1e6).toFixed(1);
  return new StoreError(
    'StorageFull',
    `no space is left in ${objects.description} for the checkpoint at step ${String(step)} (${megabytes} MB): it was removed, and training goes on from the one before it once there is room`,
    { cause: error },
  );
}
