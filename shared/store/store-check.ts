import { randomUUID } from 'node:crypto';
import type { S3StoreLocation } from '../runtime/settings/store-settings';
import type { ObjectStore } from './port';
import { createS3ObjectStore } from './s3/s3-object-store';
import { s3PlaceOf } from './s3/s3-place';

/** Whoever waits at a terminal is told sooner than an activity, which has time. */
const TRIES = 3;
const PATIENCE_MS = 5_000;

/** Where a store in a bucket is, for people. */
export function storeName(location: S3StoreLocation): string {
  const uri = s3PlaceOf(location).uriOf('').replace(/\/$/, '');
  return location.endpoint === null ? `${uri} (${location.region})` : `${uri} at ${location.endpoint}`;
}

/**
 * Tries everything that a run will need of a bucket: write, refuse to write over, read, list, remove. Says what is wrong with
 * what to do, or null. A server that ignores conditions is refused here: two workers would both publish.
 */
export function storeFault(location: S3StoreLocation): Promise<string | null> {
  const patience = {
    attempts: Math.min(location.attempts, TRIES),
    timeoutMs: Math.min(location.timeoutMs, PATIENCE_MS),
  };
  return faultOfProbe(createS3ObjectStore({ ...location, ...patience }));
}

/** The same of a store that is open already. */
export async function faultOfProbe(objects: ObjectStore): Promise<string | null> {
  const key = `probe/${randomUUID()}`;
  try {
    await objects.put(key, Buffer.from('first'), { ifAbsent: true });
    const second = await objects.put(key, Buffer.from('second'), { ifAbsent: true });
    const read = await objects.get(key);
    const listed = await objects.list('probe/');
    await objects.remove(key);
    if (second === 'created') {
      return 'the server ignores If-None-Match, so that two workers could both publish one result; use a server that supports conditional writes';
    }
    if (read === null || Buffer.from(read).toString() !== 'first') return 'what was written to it did not come back';
    return listed.includes(key) ? null : 'what was written to it is not listed';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
