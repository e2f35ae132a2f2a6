import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { sourceFault, type SourceError } from '../port';
import type { SourceFile } from './find-files';
import { errorCode, fileFailure, invalidSource } from './source-faults';

const CHUNK_BYTES = 1 << 20;

/** The bytes of a file, unpacked where it is gzipped. Throws SourceError: absent, not readable, not gzip, truncated. */
export async function* readBytes(file: SourceFile): AsyncGenerator<Buffer> {
  const raw = createReadStream(file.path, { highWaterMark: CHUNK_BYTES });
  const bytes = file.gzip ? raw.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : raw;
  if (bytes !== raw) raw.once('error', (error) => bytes.destroy(error));
  try {
    for await (const chunk of bytes) yield chunk as Buffer;
  } catch (cause) {
    throw bytesFailure(file, cause);
  } finally {
    raw.destroy();
    bytes.destroy();
  }
}

/** SHA-256 of the bytes as they lie on the disk, packed or not. */
export async function hashFile(file: SourceFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readBytes({ ...file, gzip: false })) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * A plain file for libraries that cannot read gzip: the file itself, or a temporary copy that `release` removes.
 * Throws SourceError, StorageFull where the copy does not fit.
 */
export async function plainFile(
  file: SourceFile,
  tempDir: string,
): Promise<{ readonly path: string; release(): Promise<void> }> {
  if (!file.gzip) return { path: file.path, release: () => Promise.resolve() };
  const path = join(tempDir, `unpacked-${randomUUID()}.parquet`);
  const release = () => rm(path, { force: true });
  try {
    await mkdir(tempDir, { recursive: true });
    await pipeline(readBytes(file), createWriteStream(path));
  } catch (cause) {
    await release();
    throw sourceFault(cause) === null ? fileFailure(file.origin, cause) : cause;
  }
  return { path, release };
}

function bytesFailure(file: SourceFile, cause: unknown): SourceError {
  const code = errorCode(cause) ?? '';
  if (code === 'Z_BUF_ERROR')
    return invalidSource(file.origin, 'the gzip archive is truncated: it ends in the middle', {}, cause);
  if (code.startsWith('Z_'))
    return invalidSource(file.origin, `not a gzip archive, or a damaged one (${code})`, {}, cause);
  return fileFailure(file.origin, cause);
}
