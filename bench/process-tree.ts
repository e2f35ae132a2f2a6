import { readFileSync, readdirSync } from 'node:fs';

const PAGE_BYTES = 4096;

/** Resident memory of a process and everything below it, from /proc (Linux). Pages shared by processes count in each. */
export function treeRssBytes(root: number): number {
  return descendants(root).reduce((sum, pid) => sum + processBytes(pid), 0);
}

/** The process itself and all that it started, children's children included. */
export function descendants(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const pid of livePids()) {
    const parent = parentOf(pid);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

function livePids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function parentOf(pid: number): number | null {
  const stat = readProc(`/proc/${String(pid)}/stat`);
  // The command's name stands in parentheses and may hold spaces.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined ? null : Number(fields[1]);
}

/** Resident memory of one process; 0 where it has ended. */
export function processBytes(pid: number): number {
  const statm = readProc(`/proc/${String(pid)}/statm`);
  return statm === null ? 0 : Number(statm.split(' ')[1]) * PAGE_BYTES;
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
