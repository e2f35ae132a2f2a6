import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isProcessAlive } from './processes';
import { systemErrorCode } from './system-error';

const BETWEEN_TRIES_MS = 100;
const BEAT_MS = 5_000;
const SILENT_AFTER_MS = 60_000;

interface Owner {
  readonly name: string;
  readonly touchedMs: number;
}

/**
 * Holds a lock while `work` runs, so that two commands never start two servers; the lock of a dead process is taken over.
 * It is a folder with one file named after its owner, as in `infra/setup/lock.mjs`: taken by renaming a prepared folder
 * onto it, which fails while an owner is inside. A dead owner's file is removed by its name, which no living owner has.
 */
export async function withFolderLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = await acquire(path);
  const beat = setInterval(() => touch(join(path, mine)), BEAT_MS);
  beat.unref();
  const release = (): void => {
    rmSync(join(path, mine), { force: true });
    removeIfEmpty(path);
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.removeListener('exit', release);
    release();
  }
}

async function acquire(path: string): Promise<string> {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${String(process.pid)}@${hostname()}@${randomUUID()}`;
  while (!tryTake(path, mine)) {
    const owner = ownerOf(path);
    if (owner === null) continue;
    if (isStale(owner)) rmSync(join(path, owner.name), { force: true });
    else await sleep(BETWEEN_TRIES_MS);
  }
  return mine;
}

function tryTake(path: string, mine: string): boolean {
  const prepared = mkdtempSync(join(dirname(path), `.${basename(path)}-`));
  writeFileSync(join(prepared, mine), '');
  try {
    renameSync(prepared, path);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error) ?? '')) return false;
    throw error;
  }
}

/** Dead on this machine, or silent for a minute anywhere: after a reboot another process may have the number. */
function isStale({ name, touchedMs }: Owner): boolean {
  const [pid, host] = name.split('@');
  if (host === hostname() && !isProcessAlive(Number(pid))) return true;
  return Date.now() - touchedMs > SILENT_AFTER_MS;
}

function ownerOf(path: string): Owner | null {
  try {
    const [name] = readdirSync(path);
    return name === undefined ? null : { name, touchedMs: statSync(join(path, name)).mtimeMs };
  } catch {
    return null;
  }
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Taken over after a long sleep of the machine.
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // The next owner is inside already.
  }
}
