import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What the system says of a process's memory, in bytes. */
export interface ProcessMemory {
  /** Resident, with the pages of libraries. */
  readonly rssBytes: number;
  /** The most that was ever resident. */
  readonly peakRssBytes: number;
  /** Private and writable, resident or not: what `prlimit --data` counts. */
  readonly dataBytes: number;
}

/** null where the system does not tell (macOS) or the process is gone. */
export async function readProcessMemory(pid: number): Promise<ProcessMemory | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const [rssBytes, peakRssBytes, dataBytes] = ['VmRSS', 'VmHWM', 'VmData'].map((field) => {
      const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
      return kilobytes === undefined ? null : Number(kilobytes) * 1024;
    });
    // A process that has ended and that nobody has reaped yet has a status, but no memory.
    return rssBytes == null || peakRssBytes == null || dataBytes == null ? null : { rssBytes, peakRssBytes, dataBytes };
  } catch {
    return null;
  }
}

/**
 * How many processes the kernel has killed for memory so far, in this control group and on this machine; null where neither
 * is told. Only its rise means anything.
 */
export function readOomKillCount(): number | null {
  const counts = OOM_COUNTERS.map(readCounter).filter((count) => count !== null);
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
}

const OOM_COUNTERS = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control', '/proc/vmstat'];

function readCounter(path: string): number | null {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync(path, 'utf8'))?.[1];
    return count === undefined ? null : Number(count);
  } catch {
    return null;
  }
}
