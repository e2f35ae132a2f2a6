import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { waitFor } from './wait';

const TRAINER_ENTRY = 'activities/child/main.js';
const STANDSTILL_LIMIT_MS = 10_000;

interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  /** The kernel's letter: R running, S sleeping, T stopped, Z ended. */
  readonly state: string;
  readonly command: string;
}

/** The compute children of a worker that live. */
export function trainersOf(workerPid: number): readonly number[] {
  return listProcesses()
    .filter(
      ({ parentPid, state, command }) => parentPid === workerPid && state !== 'Z' && command.includes(TRAINER_ENTRY),
    )
    .map(({ pid }) => pid);
}

/** Sends a signal; a process that is gone already is no fault. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Stops the clock of a process and waits until it stands still, or is gone. */
export async function freeze(pid: number): Promise<void> {
  signalProcess(pid, 'SIGSTOP');
  await waitFor(`process ${String(pid)} to stand still`, STANDSTILL_LIMIT_MS, () => {
    const state = listProcesses().find((entry) => entry.pid === pid)?.state;
    return state === undefined || state === 'T' || state === 'Z' ? true : null;
  });
}

/** Whether this machine can cap the memory of a process that runs: Linux with util-linux. */
export function canCapMemory(): boolean {
  return process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;
}

/** Caps the private, writable memory of a process that runs: the kernel refuses it every byte above; what it has it keeps. */
export function capMemoryOf(pid: number, limitBytes: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--data=${String(limitBytes)}`], { stdio: 'pipe' });
}

/** Private, writable memory of a process, which is what the cap counts; null where it is gone. */
export function dataBytesOf(pid: number): number | null {
  const kilobytes = /^VmData:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${String(pid)}/status`))?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

function listProcesses(): readonly ProcessEntry[] {
  return process.platform === 'linux' ? linuxProcesses() : otherProcesses();
}

function linuxProcesses(): readonly ProcessEntry[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const stat = readOrEmpty(`/proc/${pid}/stat`);
    // The name in parentheses may hold spaces and parentheses of its own.
    const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === undefined || parentPid === undefined) return [];
    const command = readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
    return [{ pid: Number(pid), parentPid: Number(parentPid), state, command }];
  });
}

function otherProcesses(): readonly ProcessEntry[] {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parentPid, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S)\S*\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parentPid: Number(parentPid), state, command }];
  });
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone since it was listed, or somebody else's.
    return '';
  }
}
