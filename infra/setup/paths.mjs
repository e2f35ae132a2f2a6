import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout in which this file lies. */
export const PROJECT_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The folder of native parts, shared by all checkouts of one user. Kept equal to `shared/runtime/native-parts.ts`. */
export function cacheFolder(env) {
  if (env.CANDLEWICK_CACHE) return resolve(env.CANDLEWICK_CACHE);
  const home = env.HOME || homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'candlewick');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'candlewick');
}

/** Operating system and processor, for example `linux-x64`: native files of one do not serve another. */
export const PLATFORM = `${process.platform}-${process.arch}`;
