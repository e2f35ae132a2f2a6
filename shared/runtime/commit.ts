import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The commit that the code in a folder is, or null: told by git, and in an image, which has no checkout, by the file `COMMIT` that
 * `infra/docker/build-image.sh` wrote.
 */
export function commitOf(root: string): string | null {
  if (!existsSync(join(root, '.git'))) {
    const written = writtenCommit(join(root, 'COMMIT'));
    if (written !== null) return written;
  }
  try {
    return execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return null;
  }
}

/** The nearest folder above with a lock file: the same from the sources and from the build. */
export function projectRoot(folder: string): string {
  const parent = dirname(folder);
  return existsSync(join(folder, 'package-lock.json')) || parent === folder ? folder : projectRoot(parent);
}

function writtenCommit(path: string): string | null {
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8').trim();
  return text === '' || text === 'unknown' ? null : text;
}
