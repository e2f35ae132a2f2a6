import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeParts } from './native-parts';

const ROOT = join(__dirname, '..', '..');

/** What the code ran on, for manifests and reports: commit, Node, lock file, libraries. Volatile: enters no key. */
export function describeEnvironment(parts: NativeParts): Readonly<Record<string, string>> {
  return {
    commit: gitCommit(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    packageLock: fileHash(join(ROOT, 'package-lock.json')),
    lightgbm: parts.lightgbm.found ? parts.lightgbm.version : 'not set up',
  };
}

function gitCommit(): string {
  try {
    return execFileSync('git', ['-C', ROOT, 'rev-parse', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return 'unknown';
  }
}

function fileHash(path: string): string {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16) : 'unknown';
}
