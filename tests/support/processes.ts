import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { waitFor } from '../../cli/drill/wait';

/** What a process of ours is, told from its command line. */
export type ProcessRole = 'command' | 'worker' | 'compute' | 'server' | 'other';

export interface OurProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** The kernel's letter: R running, S sleeping, T stopped. */
  readonly state: string;
  readonly role: ProcessRole;
}

/** Every live process that was started with this state folder in its environment, whoever started it; zombies are dead. */
export function processesOf(home: string): readonly OurProcess[] {
  const all = process.platform === 'linux' ? linuxProcesses(home) : otherProcesses(home);
  return all.filter(({ state }) => state !== 'Z' && state !== 'X');
}

/** Sends a signal; a process that is gone already is no fault. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

const SIGTERM_BIT = 1n << 14n;
/** Where the system does not say which signals wait: longer than any of ours takes to be sent. */
const SENT_WITHIN_MS = 6_000;

/** Waits until a process that stands still was told to end: the signal waits for its clock to go on. */
export async function untilTermPending(pid: number, limitMs: number): Promise<void> {
  if (process.platform !== 'linux') {
    await new Promise((resolve) => setTimeout(resolve, SENT_WITHIN_MS));
    return;
  }
  await waitFor(`process ${String(pid)} to be told to end`, limitMs, () => {
    const pending = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(readOrEmpty(`/proc/${String(pid)}/status`))?.[1];
    if (pending === undefined) throw new Error(`process ${String(pid)} ended before it was told to`);
    return (BigInt(`0x${pending}`) & SIGTERM_BIT) !== 0n ? true : null;
  });
}

function linuxProcesses(home: string): readonly OurProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const environment = readOrEmpty(`/proc/${pid}/environ`);
    if (!environment.split('\0').includes(`CANDLEWICK_HOME=${home}`)) return [];
    const stat = readOrEmpty(`/proc/${pid}/stat`);
    // The name in parentheses may hold spaces and parentheses of its own.
    const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === undefined || parentPid === undefined) return [];
    const role = roleOf(readOrEmpty(`/proc/${pid}/cmdline`));
    return [{ pid: Number(pid), parentPid: Number(parentPid), state, role }];
  });
}

/** Without /proc: `ps`, which on macOS shows with -E the environment behind the command. */
function otherProcesses(home: string): readonly OurProcess[] {
  const lines = execFileSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,ppid=,stat=,command='], { encoding: 'utf8' }).split(
    '\n',
  );
  return lines.flatMap((line) => {
    const [, pid, parentPid, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S)\S*\s+(.*)$/.exec(line) ?? [];
    if (!`${command} `.includes(`CANDLEWICK_HOME=${home} `)) return [];
    return [{ pid: Number(pid), parentPid: Number(parentPid), state, role: roleOf(command) }];
  });
}

function roleOf(command: string): ProcessRole {
  if (command.includes('activities/child/main.js')) return 'compute';
  if (command.includes('workers/main.js')) return 'worker';
  if (command.includes('cli/main.js')) return 'command';
  if (command.includes('start-dev')) return 'server';
  return 'other';
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone since it was listed, or somebody else's.
    return '';
  }
}
