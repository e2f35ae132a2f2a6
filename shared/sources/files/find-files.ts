import { stat } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { SourceError, sourceFault } from '../port';
import { fileFailure } from './source-faults';
import { realPathInside, refuseOutside } from './source-roots';

export type FileFormat = 'delimited' | 'parquet';

/** A file of the source, known by its name alone. */
export interface SourceFile {
  readonly path: string;
  /** The path as people see it: relative to the base folder where the file lies below it. */
  readonly origin: string;
  readonly format: FileFormat;
  readonly gzip: boolean;
  /** The file name up to its first dot. */
  readonly symbol: string;
}

const FORMATS: Readonly<Record<string, FileFormat>> = {
  csv: 'delimited',
  tsv: 'delimited',
  txt: 'delimited',
  parquet: 'parquet',
  pq: 'parquet',
};

/**
 * The files that paths and globs name, sorted by path, each once. A path that exists is taken literally, whatever
 * characters it has. Throws SourceNotFound for a path without files, InvalidSource for a file of another kind, SourceForbidden
 * for one that lies, or leads by a link, outside `roots` (null: anywhere).
 */
export async function findFiles(
  patterns: readonly string[],
  baseDir: string,
  roots: readonly string[] | null,
): Promise<readonly SourceFile[]> {
  for (const pattern of patterns) refuseOutside(pattern, baseDir, roots);
  const found = await Promise.all(
    patterns.map(async (pattern) => {
      const paths = await expand(pattern, baseDir);
      return Promise.all(paths.map(async (path) => [path, await realPathInside(path, pattern, roots)] as const));
    }),
  );
  // A path that two patterns name counts once. Where links lead is read, so that a link changed later leads nowhere else.
  const realPaths = new Map(found.flat());
  const paths = [...realPaths.keys()].sort(byCodeUnits);
  return paths.map((path) => ({ ...describeFile(path, baseDir), path: realPaths.get(path) ?? path }));
}

/** The order of `sort()` without a comparator, the same in every locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function expand(pattern: string, baseDir: string): Promise<readonly string[]> {
  if (pattern.trim() === '')
    throw new SourceError('SourceNotFound', 'a path of the source is blank; name a file or a glob');
  const literal = resolve(baseDir, pattern);
  const kind = await kindOf(literal, pattern);
  if (kind === 'file') return [literal];
  if (kind === 'folder') {
    throw new SourceError(
      'SourceNotFound',
      `'${pattern}' is a folder; name its files, for example '${pattern.replace(/\/+$/, '')}/*.csv'`,
    );
  }
  const found = await filesLike(pattern, baseDir);
  if (found.length === 0) {
    throw new SourceError('SourceNotFound', `'${pattern}' names no file (looked from ${baseDir})`, {
      pattern,
      baseDir,
    });
  }
  return found.map((path) => resolve(path));
}

/** A pattern that is none, of blanks and slashes say, is refused by the library with an error of its own. */
async function filesLike(pattern: string, baseDir: string): Promise<readonly string[]> {
  try {
    return await glob([pattern], { cwd: baseDir, absolute: true, onlyFiles: true, expandDirectories: false });
  } catch (cause) {
    throw new SourceError(
      'SourceNotFound',
      `'${pattern}' is neither a path nor a glob; name files, such as bars/*.csv`,
      { pattern },
      { cause },
    );
  }
}

async function kindOf(path: string, origin: string): Promise<'file' | 'folder' | 'absent'> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return 'folder';
    if (found.isFile()) return 'file';
    throw new SourceError('InvalidSource', `'${origin}' is a device or a pipe; expected a file`, { file: origin });
  } catch (cause) {
    if (sourceFault(cause) !== null) throw cause;
    const failure = fileFailure(origin, cause);
    if (failure.code === 'SourceNotFound') return 'absent';
    throw failure;
  }
}

function describeFile(path: string, baseDir: string): SourceFile {
  const inside = relative(baseDir, path);
  const origin = inside.startsWith('..') || isAbsolute(inside) ? path : inside;
  const [symbol = '', ...endings] = basename(path).split('.');
  const gzip = endings.at(-1)?.toLowerCase() === 'gz';
  const format = FORMATS[endings.at(gzip ? -2 : -1)?.toLowerCase() ?? ''];
  if (format === undefined || symbol === '') {
    const expected = `<symbol>.csv, .tsv, .txt or .parquet, each also with .gz`;
    throw new SourceError(
      'InvalidSource',
      `${origin}: the name says neither CSV, TSV nor Parquet; expected ${expected}`,
      { file: origin },
    );
  }
  return { path, origin, format, gzip, symbol };
}
