import { createHash, randomUUID } from 'node:crypto';
import type { PutOptions } from '../port';
import { putInParts } from './s3-multipart';
import type { S3Place } from './s3-place';
import { SHA256_METADATA } from './s3-read';
import type { Requests } from './s3-requests';
import { conditionOf, type Writing } from './s3-writing';

/** The name under which every put leaves a token of its own, by which it knows its object again. */
const PUT_METADATA = 'candlewick-put';

/** From this size on an object is sent in parts of this size. */
export interface PartSizes {
  readonly thresholdBytes: number;
  readonly partBytes: number;
}

/**
 * Writes an object whole or not at all.
 *
 * An exclusive put is a conditional one (`If-None-Match: *`): the server lets exactly one through. Its answer can get lost
 * (a 503 after the deed, a connection reset, a proxy that tries again by itself), and then the next try is told that the
 * object exists, by our own first one. Comparing bytes would not tell: two writers of the same bytes would both take
 * themselves for the first. So every put leaves a random token in the object's metadata, and whoever is told "exists" looks
 * whether the token there is its own.
 *
 * What this leaves open: a put whose tries all failed is StoreUnavailable although one of them may have landed, as with any
 * write whose answer is lost; markers and checkpoints are looked for before they are made again. And an unconditional put that was
 * given up by the client may land later than the next put of the same key; only records of one writer are put that way, or
 * bytes named by their hash.
 */
export async function writeObject(
  requests: Requests,
  place: S3Place,
  key: string,
  bytes: Uint8Array,
  { ifAbsent, onProgress }: PutOptions,
  sizes: PartSizes,
): Promise<'created' | 'exists'> {
  const hash = createHash('sha256').update(bytes).digest();
  const token = randomUUID();
  const writing: Writing = {
    key,
    bytes,
    ifAbsent,
    metadata: { [SHA256_METADATA]: hash.toString('hex'), [PUT_METADATA]: token },
    onProgress: onProgress ?? (() => undefined),
    isOurs: async () => (await putTokenOf(requests, place, key)) === token,
  };
  return bytes.length > sizes.thresholdBytes
    ? putInParts(requests, place, writing, sizes.partBytes)
    : putAtOnce(requests, place, writing, hash.toString('base64'));
}

async function putAtOnce(
  requests: Requests,
  place: S3Place,
  { key, bytes, ifAbsent, metadata, onProgress, isOurs }: Writing,
  sha256: string,
): Promise<'created' | 'exists'> {
  const answer = await requests.ask({ action: 's3:PutObject', key, bytes: bytes.length }, ({ client, sdk, signal }) =>
    client.send(
      new sdk.PutObjectCommand({
        ...place.of(key),
        Body: bytes,
        ContentLength: bytes.length,
        ChecksumSHA256: sha256,
        Metadata: { ...metadata },
        ...conditionOf(ifAbsent),
      }),
      { abortSignal: signal },
    ),
  );
  if (answer.ok) {
    onProgress(bytes.length, bytes.length);
    return 'created';
  }
  if (ifAbsent && answer.verdict.kind === 'conditionFailed') return (await isOurs()) ? 'created' : 'exists';
  throw answer.error;
}

async function putTokenOf(requests: Requests, place: S3Place, key: string): Promise<string | null> {
  // The right to read is what HeadObject needs.
  const answer = await requests.ask({ action: 's3:GetObject', key }, ({ client, sdk, signal }) =>
    client.send(new sdk.HeadObjectCommand(place.of(key)), { abortSignal: signal }),
  );
  if (answer.ok) return answer.value.Metadata?.[PUT_METADATA] ?? null;
  if (answer.verdict.kind === 'absent') return null;
  throw answer.error;
}
