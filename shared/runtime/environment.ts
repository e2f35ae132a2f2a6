import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NativeParts } from './native-parts';

/** What the code ran on, for manifests and reports: commit, Node, lock file, libraries. Volatile: enters no key. */
export function describeEnvironment(parts: NativeParts): Readonly<Record<string, string>> {
  const root = projectRoot(__dirname);
  return {
    commit: gitCommit(root),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    packageLock: fileHash(join(root, 'package-lock.json')),
    lightgbm: parts.lightgbm.found ? parts.lightgbm.version : 'not set up',
    tensorflow: parts.tensorflow.found ? parts.tensorflow.version : 'not set up',
  };
}

/** The nearest folder above with a lock file: the same from the sources and from the build. */
function projectRoot(folder: string): string {
  const parent = dirname(folder);
  return existsSync(join(folder, 'package-lock.json')) || parent === folder ? folder : projectRoot(parent);
}

function gitCommit(root: string): string {
  try {
    return execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return 'unknown';
  }
}

function fileHash(path: string): string {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16) : 'unknown';
}
