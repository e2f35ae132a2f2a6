import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { sha256Hex } from '../hash';
import { StoreError } from '../port';
import type { S3Place } from './s3-place';
import type { Requests } from './s3-requests';

/** Readings of an object whose bytes do not match the hash that was stored with them. */
const READINGS = 4;

/** The name under which the hash of the whole object is kept in its user metadata. */
export const SHA256_METADATA = 'candlewick-sha256';

/**
 * Reads an object and compares it with the hash that was written with it. Bytes that were altered on the way are read again;
 * the same wrong bytes twice are what the store holds (ArtifactCorrupt), other ones every time are a bad line or server
 * (StoreUnavailable). An object that somebody else wrote, without a hash, is taken as it comes.
 */
export async function readObject(
  requests: Requests,
  place: S3Place,
  key: string,
  stallMs: number,
): Promise<Uint8Array | null> {
  const seen = new Set<string>();
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const answer = await requests.ask({ action: 's3:GetObject', key }, async ({ client, sdk, signal, answered }) => {
      const output = await client.send(new sdk.GetObjectCommand(place.of(key)), { abortSignal: signal });
      answered();
      return { bytes: await wholeBody(output, stallMs), sha256: output.Metadata?.[SHA256_METADATA] ?? null };
    });
    if (!answer.ok) {
      if (answer.verdict.kind === 'absent') return null;
      throw answer.error;
    }
    const { bytes, sha256 } = answer.value;
    const found = sha256 === null ? null : sha256Hex(bytes);
    if (found === sha256 || found === null) return bytes;
    if (seen.has(found)) {
      throw new StoreError(
        'ArtifactCorrupt',
        `${place.uriOf(key)} was altered in the store: SHA-256 ${found} found, ${String(sha256)} expected`,
      );
    }
    seen.add(found);
  }
  throw new StoreError(
    'StoreUnavailable',
    `${place.uriOf(key)} came altered, and differently, ${String(READINGS)} times: the line or the server garbles what it sends`,
  );
}

/** Every byte that was announced; the clock runs from chunk to chunk, so that a large object may take its time. */
async function wholeBody({ Body, ContentLength }: GetObjectCommandOutput, stallMs: number): Promise<Uint8Array> {
  if (Body === undefined) return new Uint8Array(0);
  // On Node every body is a readable stream.
  const body = Body as NodeJS.ReadableStream & AsyncIterable<Uint8Array> & { destroy(error?: Error): void };
  const chunks: Uint8Array[] = [];
  let timer = stallTimer(body, stallMs);
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      clearTimeout(timer);
      timer = stallTimer(body, stallMs);
    }
  } finally {
    clearTimeout(timer);
  }
  const bytes = Buffer.concat(chunks);
  if (ContentLength !== undefined && bytes.length !== ContentLength) {
    throw new Error(`the answer ended after ${String(bytes.length)} of ${String(ContentLength)} bytes`);
  }
  return bytes;
}

function stallTimer(body: { destroy(error?: Error): void }, stallMs: number): NodeJS.Timeout {
  return setTimeout(() => body.destroy(new Error(`no byte came for ${String(stallMs / 1000)} s`)), stallMs);
}
