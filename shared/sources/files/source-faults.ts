import { fail, ok, type Result } from '../../../domain/core/result';
import { SourceError, sourceFault, type SourceErrorCode } from '../port';

/** Where in a file something is wrong. `row` is the line, counted from 1, header included (Parquet: the row, from 1). */
export interface FaultPlace {
  readonly column?: string;
  readonly row?: number;
  readonly value?: string;
}

/** An InvalidSource that names the file and, in its details, column, row and value. */
export function invalidSource(origin: string, message: string, place: FaultPlace = {}, cause?: unknown): SourceError {
  return new SourceError('InvalidSource', `${origin}: ${message}`, { file: origin, ...place }, { cause });
}

const CODES_OF_ERRNO: Readonly<Record<string, SourceErrorCode>> = {
  ENOENT: 'SourceNotFound',
  ENOTDIR: 'SourceNotFound',
  EISDIR: 'SourceNotFound',
  EACCES: 'InvalidSource',
  EPERM: 'InvalidSource',
  ENOSPC: 'StorageFull',
  EDQUOT: 'StorageFull',
};

/** What a failed file operation means: absent, no right to read it, no room, or (a mount that went away) not to be had for now. */
export function fileFailure(origin: string, cause: unknown): SourceError {
  const errno = errorCode(cause) ?? 'unknown error';
  const code = CODES_OF_ERRNO[errno] ?? 'SourceUnavailable';
  const what =
    code === 'SourceNotFound'
      ? 'there is no such file'
      : code === 'StorageFull'
        ? 'no room to unpack it'
        : 'cannot be read';
  return new SourceError(code, `${origin}: ${what} (${errno})`, { file: origin, errno }, { cause });
}

/** The `code` of a Node error, or null. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** The first line of an error's message. */
export function firstMessageLine(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message).split('\n')[0] ?? '';
}

/** Runs `work` and turns a thrown SourceError into a failed result; anything else is a fault of the code and is thrown on. */
export async function resultOf<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (error) {
    const fault = sourceFault(error);
    if (fault === null) throw error;
    return fail(fault.code, fault.message, fault.details);
  }
}

/** A value as it may stand in a message: quoted, and cut where it is long. */
export function quoted(value: string): string {
  return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
}

/** Text in a column of numbers. */
export function notANumber(origin: string, column: string, row: number, value: string): SourceError {
  return invalidSource(origin, `column '${column}', row ${row}: ${quoted(value)} is not a number`, {
    column,
    row,
    value,
  });
}
