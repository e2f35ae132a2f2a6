import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitOf, projectRoot } from './commit';
import type { NativeParts } from './native-parts';

/** What the code ran on, for manifests and reports: commit, Node, lock file, libraries. Volatile: enters no key. */
export function describeEnvironment(parts: NativeParts): Readonly<Record<string, string>> {
  const root = projectRoot(__dirname);
  return {
    commit: commitOf(root) ?? 'unknown',
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    packageLock: fileHash(join(root, 'package-lock.json')),
    lightgbm: parts.lightgbm.found ? parts.lightgbm.version : 'not set up',
    tensorflow: parts.tensorflow.found ? parts.tensorflow.version : 'not set up',
  };
}

function fileHash(path: string): string {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16) : 'unknown';
}
