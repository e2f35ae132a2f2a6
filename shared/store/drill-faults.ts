import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ObjectStore } from './port';
import { StoreError } from './port';

const faultSchema = z.discriminatedUnion('kind', [
  /** Every request is answered as a store answers that is away: a status of 503. */
  z.strictObject({ kind: z.literal('unavailable') }),
  /** Every request is answered, so much later. */
  z.strictObject({ kind: z.literal('slow'), delayMs: z.number().nonnegative() }),
  /** Nothing can be written; reading goes on. */
  z.strictObject({ kind: z.literal('full') }),
]);

/** What is wrong with a store during a drill. */
export type StoreFault = z.infer<typeof faultSchema>;

/**
 * A store with the fault that a file names, for as long as the file is there: for workers of `candlewick drill`, whose
 * settings refuse such a file outside a drill's namespace. The file is looked at before each request, so that a drill can
 * begin and end a fault under a running worker; each request that it met leaves a letter in `<file>.met`.
 */
export function withDrillFaults(objects: ObjectStore, faultFile: string): ObjectStore {
  const meet = async (operation: 'read' | 'write', key: string): Promise<void> => {
    const fault = readFault(faultFile);
    if (fault === null || (fault.kind === 'full' && operation === 'read')) return;
    appendFileSync(metFile(faultFile), fault.kind.charAt(0));
    switch (fault.kind) {
      case 'unavailable':
        throw new StoreError(
          'StoreUnavailable',
          `the store answered 503 Service Unavailable for ${key} (a drill's fault)`,
        );
      case 'full':
        throw new StoreError('StorageFull', `no space left while writing ${key} (a drill's fault)`);
      case 'slow':
        await sleep(fault.delayMs);
        return;
      default:
        fault satisfies never;
    }
  };
  const after = async <T>(operation: 'read' | 'write', key: string, work: () => Promise<T>): Promise<T> => {
    await meet(operation, key);
    return work();
  };
  return {
    ...objects,
    put: (key, bytes, options) => after('write', key, () => objects.put(key, bytes, options)),
    get: (key) => after('read', key, () => objects.get(key)),
    size: (key) => after('read', key, () => objects.size(key)),
    stat: (key) => after('read', key, () => objects.stat(key)),
    list: (prefix) => after('read', prefix, () => objects.list(prefix)),
    listEntries: (prefix) => after('read', prefix, () => objects.listEntries(prefix)),
    listFolders: (prefix) => after('read', prefix, () => objects.listFolders(prefix)),
    // A full disk lets go of what it holds.
    remove: (key, options) => after('read', key, () => objects.remove(key, options)),
  };
}

/** Requests that met a fault so far. */
export function requestsMet(faultFile: string): number {
  return (readOrNull(metFile(faultFile)) ?? '').length;
}

/** null where there is no file: then nothing is wrong. Throws for a file that nobody can have meant. */
function readFault(faultFile: string): StoreFault | null {
  const text = readOrNull(faultFile);
  return text === null || text === '' ? null : faultSchema.parse(JSON.parse(text));
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function metFile(faultFile: string): string {
  return `${faultFile}.met`;
}
