import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemErrorCode } from './system-error';

export function isProcessAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: alive, though not ours to signal.
    return systemErrorCode(error) === 'EPERM';
  }
}

/** Program and arguments of a process, separated by spaces; empty where it is gone or nothing can be learned. */
export function commandLineOf(pid: number): string {
  if (pid <= 0) return '';
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
        .replaceAll('\0', ' ')
        .trimEnd();
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trimEnd();
  } catch {
    return '';
  }
}
