import { z } from 'zod';
import type { LineKeys } from './checkpoint-names';
import { parseEpochKey } from './checkpoint-names';
import { canonicalBytes } from './hash';
import { parsedOrNull } from './json-bytes';
import type { ObjectStore } from './port';
import { getEvenDamaged } from './port';

const recordSchema = z.looseObject({ epoch: z.int().nonnegative() });

/** What was measured in one epoch; everything besides its number belongs to the trainer. */
export type EpochRecord = z.infer<typeof recordSchema>;

/** Adds an epoch's metrics under its writer's fence. Objects are never replaced: the same epoch again changes nothing. */
export async function writeEpoch(
  objects: ObjectStore,
  keys: LineKeys,
  fence: number,
  record: { readonly epoch: number },
): Promise<void> {
  await objects.put(keys.epoch(record.epoch, fence), canonicalBytes(record), { ifAbsent: true });
}

/** One record for each epoch, in order: that of the newest writer whose bytes can be read. */
export async function readEpochs(
  objects: ObjectStore,
  keys: LineKeys,
  onWarning: (message: string) => void,
): Promise<readonly EpochRecord[]> {
  const byEpoch = new Map<number, EpochRecord>();
  for (const key of await objects.list(keys.metricsFolder)) {
    const place = parseEpochKey(key);
    if (place === null) continue;
    const record = parsedOrNull(recordSchema, await getEvenDamaged(objects, key));
    // Names sort by epoch, then by fence: the last one that can be read stands.
    if (record?.epoch === place.epoch) byEpoch.set(place.epoch, record);
    else onWarning(`the metrics ${key} cannot be read and are passed over`);
  }
  return [...byEpoch.values()];
}

/** The highest fence that ever wrote metrics of this line; 0 where none did. */
export async function highestEpochFence(objects: ObjectStore, keys: LineKeys): Promise<number> {
  const places = (await objects.list(keys.metricsFolder)).map(parseEpochKey);
  return places.reduce((highest, place) => Math.max(highest, place?.fence ?? 0), 0);
}
