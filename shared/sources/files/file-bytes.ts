import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { sourceFault, type SourceError } from '../port';
import type { SourceFile } from './find-files';
import { LIMITS } from './limits';
import { errorCode, fileFailure, invalidSource } from './source-faults';

const CHUNK_BYTES = 1 << 20;

/** The bytes of a file, unpacked where it is gzipped. Throws SourceError: absent, not readable, not gzip, truncated. */
export async function* readBytes(file: SourceFile): AsyncGenerator<Buffer> {
  const raw = createReadStream(file.path, { highWaterMark: CHUNK_BYTES });
  const gunzip = file.gzip ? createGunzip({ chunkSize: CHUNK_BYTES }) : null;
  const bytes = gunzip === null ? raw : raw.pipe(gunzip);
  if (gunzip !== null) raw.once('error', (error) => gunzip.destroy(error));
  try {
    let unpacked = 0;
    for await (const chunk of bytes) {
      unpacked += (chunk as Buffer).length;
      if (gunzip !== null) refuseBomb(file, unpacked, gunzip.bytesWritten);
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw sourceFault(cause) === null ? bytesFailure(file, cause) : cause;
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

/** An archive that unpacks to far more than any file of bars would is given up on long before its end. */
function refuseBomb(file: SourceFile, unpacked: number, packed: number): void {
  const ratio = unpacked / Math.max(1, packed);
  if (unpacked > LIMITS.gzipRatioFromBytes && ratio > LIMITS.gzipRatio) {
    throw invalidSource(
      file.origin,
      `unpacks to ${ratio.toFixed(0)} times its size, more than ${String(LIMITS.gzipRatio)} times: this is no file of bars`,
    );
  }
  if (unpacked > LIMITS.unpackedBytes) {
    throw invalidSource(
      file.origin,
      `unpacks to more than ${String(LIMITS.unpackedBytes)} bytes; split it by symbol or year`,
    );
  }
}

function bytesFailure(file: SourceFile, cause: unknown): SourceError {
  const code = errorCode(cause) ?? '';
  if (code === 'Z_BUF_ERROR')
    return invalidSource(file.origin, 'the gzip archive is truncated: it ends in the middle', {}, cause);
  if (code.startsWith('Z_'))
    return invalidSource(file.origin, `not a gzip archive, or a damaged one (${code})`, {}, cause);
  return fileFailure(file.origin, cause);
}
