import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The rooms whose code is shipped. */
export const PRODUCT_ROOMS = [
  ...['domain', 'shared', 'training', 'inference', 'reporting'],
  ...['workflows', 'activities', 'workers', 'cli'],
] as const;

/** The paths of all TypeScript files below some folders. */
export function sourcePathsBelow(root: string, folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name)),
  );
}

/** The texts of all TypeScript files below some folders. */
export function sourcesBelow(root: string, folders: readonly string[]): readonly string[] {
  return sourcePathsBelow(root, folders).map((path) => readFileSync(path, 'utf8'));
}
