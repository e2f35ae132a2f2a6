import type { CompletedPart } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { StoreError } from '../port';
import type { S3Place } from './s3-place';
import type { Requests } from './s3-requests';
import { conditionOf, type Writing } from './s3-writing';

/** Parts on their way at once. */
const PARTS_AT_ONCE = 4;

/** How often an upload is begun anew that the server threw away; after a conflict of two writers it does. */
const UPLOADS = 3;

/** S3 takes no more parts than these. */
const MAX_PARTS = 10_000;

const ACTION = 's3:PutObject';

/**
 * Sends an object in parts, several at once. It appears in one step, when the upload is completed; the condition is checked
 * then. An upload that fails, or that comes second, is aborted, so that its parts take no room. What a killed process leaves
 * is invisible and goes by the bucket's lifecycle rule (AbortIncompleteMultipartUpload) or `sweepUploads`.
 */
export async function putInParts(
  requests: Requests,
  place: S3Place,
  writing: Writing,
  partBytes: number,
): Promise<'created' | 'exists'> {
  for (let upload = 1; upload <= UPLOADS; upload += 1) {
    const outcome = await uploadOnce(requests, place, writing, partBytes);
    if (outcome !== 'lost') return outcome;
  }
  throw new StoreError(
    'StoreUnavailable',
    `${ACTION} on ${place.uriOf(writing.key)}: the server forgot the upload ${String(UPLOADS)} times`,
  );
}

async function uploadOnce(
  requests: Requests,
  place: S3Place,
  writing: Writing,
  partBytes: number,
): Promise<'created' | 'exists' | 'lost'> {
  const { key, metadata } = writing;
  const { UploadId } = await requests.demand({ action: ACTION, key }, ({ client, sdk, signal }) =>
    client.send(
      new sdk.CreateMultipartUploadCommand({
        ...place.of(key),
        Metadata: { ...metadata },
        ChecksumAlgorithm: 'SHA256',
      }),
      { abortSignal: signal },
    ),
  );
  if (UploadId === undefined) throw new StoreError('StoreUnavailable', `${place.uriOf(key)}: an upload without an id`);
  let published = false;
  try {
    const parts = await sendParts(requests, place, writing, UploadId, partBytes);
    if (parts === 'lost') return 'lost';
    const outcome = await complete(requests, place, writing, UploadId, parts);
    published = outcome === 'created';
    return outcome;
  } finally {
    // What cannot be aborted now is swept later; the failure that led here says more.
    if (!published) await abortUpload(requests, place, key, UploadId).catch(() => undefined);
  }
}

/** 'lost' where the server does not know the upload any more. */
async function sendParts(
  requests: Requests,
  place: S3Place,
  writing: Writing,
  uploadId: string,
  wantedPartBytes: number,
): Promise<readonly CompletedPart[] | 'lost'> {
  const { bytes, onProgress } = writing;
  const partBytes = Math.max(wantedPartBytes, Math.ceil(bytes.length / MAX_PARTS));
  const count = Math.ceil(bytes.length / partBytes);
  const sent: CompletedPart[] = [];
  const state = { next: 0, sentBytes: 0, lost: false, stopped: false };
  const lane = async (): Promise<void> => {
    while (state.next < count && !state.stopped) {
      const index = state.next;
      state.next += 1;
      const part = bytes.subarray(index * partBytes, Math.min(bytes.length, (index + 1) * partBytes));
      const outcome = await sendPart(requests, place, writing.key, uploadId, index + 1, part);
      if (outcome === 'lost') {
        state.lost = true;
        state.stopped = true;
        return;
      }
      sent.push(outcome);
      state.sentBytes += part.length;
      onProgress(state.sentBytes, bytes.length);
    }
  };
  // Every lane is waited for: a part that comes after the abort would stay behind.
  const lanes = await Promise.allSettled(
    Array.from({ length: Math.min(PARTS_AT_ONCE, count) }, () =>
      lane().catch((error: unknown) => {
        state.stopped = true;
        throw error;
      }),
    ),
  );
  const failed = lanes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return state.lost ? 'lost' : [...sent].sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
}

async function sendPart(
  requests: Requests,
  place: S3Place,
  key: string,
  uploadId: string,
  partNumber: number,
  part: Uint8Array,
): Promise<CompletedPart | 'lost'> {
  const sha256 = createHash('sha256').update(part).digest('base64');
  const answer = await requests.ask({ action: ACTION, key, bytes: part.length }, ({ client, sdk, signal }) =>
    client.send(
      new sdk.UploadPartCommand({
        ...place.of(key),
        UploadId: uploadId,
        PartNumber: partNumber,
        Body: part,
        ContentLength: part.length,
        ChecksumSHA256: sha256,
      }),
      { abortSignal: signal },
    ),
  );
  if (answer.ok) return { PartNumber: partNumber, ETag: answer.value.ETag, ChecksumSHA256: sha256 };
  if (answer.verdict.kind === 'noUpload') return 'lost';
  throw answer.error;
}

async function complete(
  requests: Requests,
  place: S3Place,
  { key, ifAbsent, isOurs }: Writing,
  uploadId: string,
  parts: readonly CompletedPart[],
): Promise<'created' | 'exists' | 'lost'> {
  const answer = await requests.ask({ action: ACTION, key }, ({ client, sdk, signal }) =>
    client.send(
      new sdk.CompleteMultipartUploadCommand({
        ...place.of(key),
        UploadId: uploadId,
        MultipartUpload: { Parts: [...parts] },
        ...conditionOf(ifAbsent),
      }),
      { abortSignal: signal },
    ),
  );
  if (answer.ok) return 'created';
  if (ifAbsent && answer.verdict.kind === 'conditionFailed') return (await isOurs()) ? 'created' : 'exists';
  // Completed by a try whose answer was lost: the upload is gone, and the object is there.
  if (answer.verdict.kind === 'noUpload') return (await isOurs()) ? 'created' : 'lost';
  throw answer.error;
}

export async function abortUpload(requests: Requests, place: S3Place, key: string, uploadId: string): Promise<void> {
  const answer = await requests.ask({ action: 's3:AbortMultipartUpload', key }, ({ client, sdk, signal }) =>
    client.send(new sdk.AbortMultipartUploadCommand({ ...place.of(key), UploadId: uploadId }), { abortSignal: signal }),
  );
  if (!answer.ok && answer.verdict.kind !== 'noUpload' && answer.verdict.kind !== 'absent') throw answer.error;
}
