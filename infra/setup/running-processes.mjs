import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Processes of this checkout (commands, workers, tests) that load files from its `node_modules` while they run. */
export function processesUsing(root, list = listProcesses()) {
  const marks = [`${root}/dist/`, `${root}/node_modules/jest/`];
  const own = ancestorsOf(process.pid, list);
  return list.filter(({ pid, args }) => !own.has(pid) && marks.some((mark) => args.includes(mark)));
}

/** Every process as `{ pid, parent, args }`; empty where the system does not tell. */
export function listProcesses() {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1] ?? 0);
        return [{ pid: Number(name), parent, args }];
      } catch {
        return [];
      }
    });
}

function fromPs() {
  try {
    return execFileSync('ps', ['-axo', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .flatMap((line) => {
        const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
        return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), args }];
      });
  } catch {
    return [];
  }
}

function ancestorsOf(pid, list) {
  const parents = new Map(list.map((entry) => [entry.pid, entry.parent]));
  const seen = new Set();
  for (let at = pid; at !== undefined && at > 0 && !seen.has(at); at = parents.get(at)) seen.add(at);
  return seen;
}
