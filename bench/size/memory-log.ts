import { readFileSync, readdirSync } from 'node:fs';
import { processBytes } from '../process-tree';

const SAMPLE_MS = 50;

/** Resident memory of the processes of one state folder at one instant. */
interface Sample {
  readonly atMs: number;
  /** Of everything: command, worker, children and Temporal server. */
  readonly allBytes: number;
  /** Of the compute child that held most. */
  readonly childBytes: number;
  readonly serverBytes: number;
}

/** What was seen between two instants. */
export interface Peaks {
  readonly allBytes: number;
  readonly childBytes: number;
  readonly serverBytes: number;
}

/** Watches every process whose environment names the state folder, detached ones too (Linux). */
export function watchMemory(home: string): {
  stop: () => void;
  between: (fromMs: number, toMs: number) => Peaks;
  children: () => number;
} {
  const samples: Sample[] = [];
  const childPids = new Set<number>();
  const kinds = new Map<number, ProcessKind | null>();
  const timer = setInterval(() => {
    let [allBytes, childBytes, serverBytes] = [0, 0, 0];
    for (const pid of livePids()) {
      // A process may be looked at before it has become what it will be: other than a child or a server, it is asked again.
      let kind = kinds.get(pid);
      if (kind === undefined || kind === 'other') kinds.set(pid, (kind = kindOf(pid, home)));
      if (kind === null) continue;
      const bytes = processBytes(pid);
      allBytes += bytes;
      if (kind === 'child') childPids.add(pid);
      if (kind === 'child') childBytes = Math.max(childBytes, bytes);
      if (kind === 'server') serverBytes += bytes;
    }
    samples.push({ atMs: Date.now(), allBytes, childBytes, serverBytes });
  }, SAMPLE_MS);
  return {
    stop: () => clearInterval(timer),
    between: (fromMs, toMs) => {
      const seen = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
      const most = (of: (sample: Sample) => number): number =>
        seen.reduce((max, sample) => Math.max(max, of(sample)), 0);
      return {
        allBytes: most((sample) => sample.allBytes),
        childBytes: most((sample) => sample.childBytes),
        serverBytes: most((sample) => sample.serverBytes),
      };
    },
    children: () => childPids.size,
  };
}

type ProcessKind = 'child' | 'server' | 'other';

/** null: not one of ours. */
function kindOf(pid: number, home: string): ProcessKind | null {
  const command = readProc(`/proc/${String(pid)}/cmdline`).split('\0');
  if (command.includes('start-dev') && command.some((word) => word.startsWith(home))) return 'server';
  if (
    !readProc(`/proc/${String(pid)}/environ`)
      .split('\0')
      .includes(`CANDLEWICK_HOME=${home}`)
  )
    return null;
  return command.some((word) => word.endsWith('activities/child/main.js')) ? 'child' : 'other';
}

function livePids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
