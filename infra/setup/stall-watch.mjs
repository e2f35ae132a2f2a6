import { statSync } from 'node:fs';
import { BLOCKED_AFTER_MS } from './pins.mjs';
import { filesBelow } from './stamp.mjs';

/** A question for `runCommand`: true once `bytes()` has not grown for the time after which a download counts as blocked. */
export function stallWatch(bytes, { note = () => {}, now = Date.now, limitMs = BLOCKED_AFTER_MS } = {}) {
  let most = 0;
  let grewAtMs = now();
  return () => {
    const count = bytes();
    if (count > most) {
      most = count;
      grewAtMs = now();
      note(`${Math.round(count / 1e6)} MB`);
    }
    return now() - grewAtMs >= limitMs;
  };
}

/** The bytes of all files below a folder that is being written to. */
export function bytesIn(folder) {
  try {
    return filesBelow(folder, () => true).reduce((sum, path) => sum + statSync(path).size, 0);
  } catch {
    return 0;
  }
}
