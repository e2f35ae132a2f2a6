import { realpath } from 'node:fs/promises';
import { relative, isAbsolute, resolve, sep } from 'node:path';
import { SourceError } from '../port';

const GLOB_CHARACTER = /[*?[\]{}()!+@\\]/;

/**
 * Refuses a path or glob that begins outside the folders that may be read, before anybody looks whether it is there: a
 * refusal must not tell which files exist. null bounds nothing.
 */
export function refuseOutside(pattern: string, baseDir: string, roots: readonly string[] | null): void {
  if (pattern.includes('\0')) throw outside(pattern.replaceAll('\0', '␀'), roots ?? []);
  if (roots === null) return;
  const segments = pattern.split(/[/\\]/);
  const firstGlob = segments.findIndex((segment) => GLOB_CHARACTER.test(segment));
  // `..` behind a glob character cannot be followed by reading; a path is compared as a whole.
  if (firstGlob !== -1 && segments.slice(firstGlob).includes('..')) throw outside(pattern, roots);
  const fixed = firstGlob === -1 ? pattern : segments.slice(0, firstGlob).join(sep);
  const start = resolve(baseDir, fixed === '' && pattern.startsWith('/') ? '/' : fixed);
  if (!isBelowAny(start, roots)) throw outside(pattern, roots);
}

/** Where a file really is. Throws SourceForbidden for a link that leads out of the folders that may be read. */
export async function realPathInside(path: string, pattern: string, roots: readonly string[] | null): Promise<string> {
  const real = await realpath(path);
  if (roots === null) return real;
  const realRoots = await Promise.all(roots.map((root) => realpath(root).catch(() => root)));
  if (isBelowAny(real, realRoots)) return real;
  throw outside(pattern, roots);
}

function isBelowAny(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    const inside = relative(root, path);
    return inside === '' || (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside));
  });
}

function outside(pattern: string, roots: readonly string[]): SourceError {
  return new SourceError(
    'SourceForbidden',
    `'${pattern}' is not below ${roots.join(', ')}: this worker reads bars from there only (CANDLEWICK_SOURCE_ROOTS)`,
    { pattern },
  );
}
