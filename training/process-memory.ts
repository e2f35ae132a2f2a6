import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Resident memory of a process in bytes; null where the system does not tell (macOS) or the process is gone. */
export async function readRssBytes(pid: number): Promise<number | null> {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
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
