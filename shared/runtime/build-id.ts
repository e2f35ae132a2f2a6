import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitOf, projectRoot } from './commit';
import type { DeploymentSettings } from './settings/deployment-settings';

/**
 * The build that this code is: CANDLEWICK_BUILD_ID, else the package's version with the git commit (`0.1.0-1a2b3c4d5e6f`).
 * Throws an Error where neither is to be had: two releases under one id would replay each other's histories.
 */
export function buildIdOf({ buildId }: Pick<DeploymentSettings, 'buildId'>): string {
  if (buildId !== null) return buildId;
  const root = projectRoot(__dirname);
  const commit = commitOf(root);
  if (commit !== null) return `${packageVersion(root)}-${commit.slice(0, 12)}`;
  throw new Error(
    'this code is in no git checkout and has no file COMMIT: name its release as CANDLEWICK_BUILD_ID (the commit that the image was built from, say)',
  );
}

function packageVersion(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}
