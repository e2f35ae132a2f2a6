import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DeploymentSettings } from './settings/deployment-settings';

/**
 * The build that this code is: CANDLEWICK_BUILD_ID, else the package's version with the git commit (`0.1.0-1a2b3c4d5e6f`).
 * Throws an Error where neither is to be had: two releases under one id would replay each other's histories.
 */
export function buildIdOf({ buildId }: Pick<DeploymentSettings, 'buildId'>): string {
  if (buildId !== null) return buildId;
  const root = projectRoot(__dirname);
  const commit = gitCommit(root);
  if (commit !== null) return `${packageVersion(root)}-${commit.slice(0, 12)}`;
  throw new Error(
    'this code is in no git checkout: name its release as CANDLEWICK_BUILD_ID (the commit that the image was built from, say)',
  );
}

function projectRoot(folder: string): string {
  const parent = dirname(folder);
  return existsSync(join(folder, 'package.json')) || parent === folder ? folder : projectRoot(parent);
}

function gitCommit(root: string): string | null {
  try {
    return execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return null;
  }
}

function packageVersion(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}
