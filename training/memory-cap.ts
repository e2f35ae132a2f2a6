import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The command before which a program is put so that it cannot have more private, writable memory than this, or null where the
 * system has none (it needs Linux and util-linux). Not the address space: V8 and WebAssembly reserve far more of that than
 * they use. At the cap an allocation fails inside the child, which then dies or answers, and nothing else on the machine does.
 */
export function memoryCap(limitBytes: number, env: NodeJS.ProcessEnv): readonly string[] | null {
  if (process.platform !== 'linux') return null;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const prlimit = folders.map((folder) => join(folder, 'prlimit')).find(isExecutable);
  return prlimit === undefined ? null : [prlimit, `--data=${String(limitBytes)}`];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
