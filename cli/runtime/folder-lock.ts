import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isProcessAlive } from './state-folder';

const BETWEEN_TRIES_MS = 100;

/** Holds a lock file while `work` runs, so that two commands never start two servers; the lock of a dead process is taken over. */
export async function withFolderLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!tryLock(path)) {
    if (!isProcessAlive(holderOf(path))) rmSync(path, { force: true });
    else await sleep(BETWEEN_TRIES_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLock(path: string): boolean {
  // Linked whole, so that nobody ever reads a lock without its holder.
  const own = `${path}.${String(process.pid)}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function holderOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8')) || -1;
  } catch {
    return -1;
  }
}
