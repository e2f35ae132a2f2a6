import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { systemErrorCode } from '../runtime/system-error';
import type { Wrapping } from '../runtime/worker-process';

const LARGEST_BLOCK = 16_000_000;

/** The program that mounts a small disk over a folder, in a mount namespace of its own, and hands its place over. */
export function smallDisk(folder: string, sizeBytes: number): Wrapping {
  // "$@" keeps every argument whole.
  const script = 'mount -t tmpfs -o "size=$0" tmpfs "$1" && shift && exec "$@"';
  const asWhom = process.getuid?.() === 0 ? ['-m'] : ['-rm'];
  return ['unshare', ...asWhom, 'sh', '-c', script, String(sizeBytes), folder];
}

/** Whether this process may make such a disk: Linux, and root or user namespaces. */
export function canMakeSmallDisk(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  const [program, ...args] = smallDisk(folder, 65_536);
  return spawnSync(program, [...args, 'true']).status === 0;
}

/** Takes every byte that is left; gives it back by the function that it returns. */
export function fillDisk(path: string): () => void {
  for (let bytes = LARGEST_BLOCK; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    while (appended(path, bytes));
  }
  return () => rmSync(path, { force: true });
}

function appended(path: string, bytes: number): boolean {
  try {
    writeFileSync(path, Buffer.alloc(bytes, 1), { flag: 'a' });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOSPC') return false;
    throw error;
  }
}
