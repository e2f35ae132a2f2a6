import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Settings } from '../../shared/runtime/settings';
import type { S3StoreLocation } from '../../shared/runtime/settings/store-settings';
import { storeFault, storeName } from '../../shared/store/store-check';
import { UsageError } from '../usage-error';

const serverRecordSchema = z.object({
  pid: z.int().nonnegative(),
  address: z.string().regex(/^\S+:\d{1,5}$/),
  uiUrl: z.url(),
});

/** A Temporal server that one of our commands started. */
export type ServerRecord = Readonly<z.infer<typeof serverRecordSchema>>;

/** Makes the state folder and the store, or says which cannot be used: a run would wait for ever for its store. */
export async function prepareFolders({ home, store }: Pick<Settings, 'home' | 'store'>): Promise<void> {
  makeWritable('the state folder', home, 'CANDLEWICK_HOME');
  mkdirSync(join(home, 'logs'), { recursive: true });
  if (store.kind === 'file') makeWritable('the store', store.root, 'CANDLEWICK_STORE');
  else await assertUsable(store);
}

async function assertUsable(store: S3StoreLocation): Promise<void> {
  const fault = await storeFault(store);
  if (fault === null) return;
  throw new UsageError(`the store ${storeName(store)} cannot be used: ${fault}`);
}

function makeWritable(what: string, folder: string, variable: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    const probe = join(folder, `.write-${String(process.pid)}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `${what} ${folder} cannot be written: ${reason}. Give it write permission or set ${variable} to another folder.`,
    );
  }
}

/** The server that was last started for this state folder, or null where there is no record or a damaged one. */
export function readServerRecord(home: string): ServerRecord | null {
  try {
    return serverRecordSchema.parse(JSON.parse(readFileSync(serverPath(home), 'utf8')));
  } catch {
    return null;
  }
}

export function writeServerRecord(home: string, record: ServerRecord): void {
  const temporary = `${serverPath(home)}.${String(process.pid)}`;
  writeFileSync(temporary, JSON.stringify(record));
  renameSync(temporary, serverPath(home));
}

export function removeServerRecord(home: string): void {
  rmSync(serverPath(home), { force: true });
}

export function logPath(home: string, name: string): string {
  return join(home, 'logs', `${name}.log`);
}

function serverPath(home: string): string {
  return join(home, 'server.json');
}
