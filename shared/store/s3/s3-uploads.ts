import type { Leftover, Leftovers } from '../port';
import { abortUpload } from './s3-multipart';
import type { S3Place } from './s3-place';
import type { Requests } from './s3-requests';

/** Between key and upload id in the name of a leftover; no key holds it. */
const SEPARATOR = ' upload ';

/**
 * Uploads in parts that were begun and neither completed nor aborted, as a killed process leaves them: no listing shows them,
 * and their parts take room. A bucket's lifecycle rule (AbortIncompleteMultipartUpload) does the same.
 */
export function unfinishedUploads(requests: Requests, place: S3Place): Leftovers {
  return {
    list: () => listUploads(requests, place),
    remove: async ({ name }) => {
      const [key = '', uploadId = ''] = name.split(SEPARATOR);
      await abortUpload(requests, place, key, uploadId);
    },
  };
}

async function listUploads(requests: Requests, place: S3Place): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  let from: { readonly KeyMarker: string; readonly UploadIdMarker: string } | undefined;
  do {
    const marker = from;
    const page = await requests.demand(
      { action: 's3:ListBucketMultipartUploads', key: '' },
      ({ client, sdk, signal }) =>
        client.send(new sdk.ListMultipartUploadsCommand({ Bucket: place.bucket, Prefix: place.prefix, ...marker }), {
          abortSignal: signal,
        }),
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      // The server may take the prefix for a hint.
      if (Key === undefined || UploadId === undefined || !Key.startsWith(place.prefix)) continue;
      found.push({
        name: `${place.keyOf(Key)}${SEPARATOR}${UploadId}`,
        bytes: null,
        modifiedMs: Initiated?.getTime() ?? 0,
      });
    }
    const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page;
    from =
      IsTruncated === true && NextKeyMarker !== undefined && NextUploadIdMarker !== undefined
        ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker }
        : undefined;
  } while (from !== undefined);
  return found;
}
