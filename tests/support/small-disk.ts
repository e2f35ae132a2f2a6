import { spawn, spawnSync, type ChildProcess } from 'node:child_process';

/** A program that sees a small disk of its own at a folder. */
export interface OnSmallDisk {
  /** An empty folder that the disk is laid over; what is written there is gone with the program. */
  readonly folder: string;
  readonly sizeBytes: number;
  readonly command: string;
  readonly args: readonly string[];
}

/** The command that mounts a tmpfs in a mount namespace of its own and hands its place over to the program. */
export function smallDiskCommand({
  folder,
  sizeBytes,
  command,
  args,
}: OnSmallDisk): readonly [string, readonly string[]] {
  // "$@" keeps every argument whole.
  const script = 'mount -t tmpfs -o "size=$0" tmpfs "$1" && shift && exec "$@"';
  const asWhom = process.getuid?.() === 0 ? ['-m'] : ['-rm'];
  return ['unshare', [...asWhom, 'sh', '-c', script, String(sizeBytes), folder, command, ...args]];
}

/**
 * Whether this process may make such a disk: Linux, and root or user namespaces. Where it may not, a test uses `diskFullStore`
 * in its place: a full disk is never skipped.
 */
export function canMakeSmallDisk(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  const [command, args] = smallDiskCommand({ folder, sizeBytes: 65_536, command: 'true', args: [] });
  return spawnSync(command, [...args]).status === 0;
}

/** Runs a program on a small disk to its end; its standard output, or an error with what it said. */
export function runOnSmallDisk(program: OnSmallDisk): string {
  const [command, args] = smallDiskCommand(program);
  const { status, stdout, stderr } = spawnSync(command, [...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the program on a small disk ended with ${String(status)}: ${stderr}`);
  return stdout;
}

/** Starts a program, such as a whole worker, on a small disk. */
export function startOnSmallDisk(program: OnSmallDisk, env: NodeJS.ProcessEnv): ChildProcess {
  const [command, args] = smallDiskCommand(program);
  return spawn(command, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}
