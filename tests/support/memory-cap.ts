import { execFileSync, spawnSync } from 'node:child_process';

/** Whether this machine can cap the memory of a process: Linux with util-linux. */
export function canCapMemory(): boolean {
  return process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;
}

/**
 * Caps the private, writable memory of a process that runs already: from now on the kernel refuses it every byte above, as if
 * the machine had no more. What it has it keeps.
 */
export function capMemoryOf(pid: number, limitBytes: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--data=${String(limitBytes)}`]);
}

/** Takes the cap of a process away. */
export function uncapMemoryOf(pid: number): void {
  execFileSync('prlimit', ['--pid', String(pid), '--data=unlimited']);
}
