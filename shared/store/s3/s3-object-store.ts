import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { S3StoreLocation } from '../../runtime/settings/store-settings';
import { assertStoreKey, folderOfPrefix, isStoreKey } from '../keys';
import type { ObjectEntry, ObjectStore } from '../port';
import { connectS3, type S3Connection } from './s3-client';
import { s3PlaceOf, type S3Place } from './s3-place';
import { readObject } from './s3-read';
import { unfinishedUploads } from './s3-uploads';
import { createRequests, type OnS3Request, type Requests } from './s3-requests';
import { writeObject, type PartSizes } from './s3-write';

const MIB = 1024 * 1024;

export interface S3Options {
  /** Told of every try of every request. */
  readonly onRequest?: OnS3Request;
  readonly sizes?: PartSizes;
  /** A number of [0, 1) for the lengths of pauses. */
  readonly random?: () => number;
}

/**
 * A store in a bucket. Objects appear whole or not at all; hashes are sent with them, checked by the server on writing and by
 * us on reading. Requests that meet trouble are made again with growing pauses; what is left of it is a `StoreError`.
 */
export function createS3ObjectStore(location: S3StoreLocation, options: S3Options = {}): ObjectStore {
  const { requests, place } = openS3(location, options);
  const sizes = options.sizes ?? { thresholdBytes: 16 * MIB, partBytes: 8 * MIB };
  return {
    description: place.uriOf('').replace(/\/$/, ''),
    put: async (key, bytes, putOptions) => {
      assertStoreKey(key);
      return writeObject(requests, place, key, bytes, putOptions, sizes);
    },
    get: async (key) => {
      assertStoreKey(key);
      return readObject(requests, place, key, location.timeoutMs);
    },
    size: async (key) => {
      assertStoreKey(key);
      return (await entryOf(requests, place, key))?.bytes ?? null;
    },
    list: async (prefix) => (await listBelow(requests, place, prefix)).map(({ key }) => key),
    listEntries: (prefix) => listBelow(requests, place, prefix),
    listFolders: (prefix) => foldersBelow(requests, place, prefix),
    stat: async (key) => {
      assertStoreKey(key);
      return entryOf(requests, place, key);
    },
    remove: async (key, { withinMs } = {}) => {
      assertStoreKey(key);
      await removeObject(requests, place, key, withinMs);
    },
    leftovers: unfinishedUploads(requests, place),
  };
}

/** A client of a store with its habits: for what goes beyond the port. */
function openS3(
  location: S3StoreLocation,
  { onRequest, random }: Pick<S3Options, 'onRequest' | 'random'> = {},
): { readonly requests: Requests; readonly place: S3Place } {
  const place = s3PlaceOf(location);
  const limits = { attempts: location.attempts, timeoutMs: location.timeoutMs, random: random ?? Math.random };
  let connection: Promise<S3Connection> | null = null;
  const connect = (): Promise<S3Connection> => (connection ??= connectS3(location));
  return {
    place,
    requests: createRequests(connect, place.uriOf, limits, onRequest ?? (() => undefined)),
  };
}

async function entryOf(requests: Requests, place: S3Place, key: string): Promise<ObjectEntry | null> {
  // The right to read is what HeadObject needs.
  const answer = await requests.ask({ action: 's3:GetObject', key }, ({ client, sdk, signal }) =>
    client.send(new sdk.HeadObjectCommand(place.of(key)), { abortSignal: signal }),
  );
  if (answer.ok) {
    const { ContentLength, LastModified } = answer.value;
    return { key, bytes: ContentLength ?? 0, modifiedMs: LastModified?.getTime() ?? 0 };
  }
  if (answer.verdict.kind === 'absent') return null;
  throw answer.error;
}

async function listBelow(requests: Requests, place: S3Place, given: string): Promise<readonly ObjectEntry[]> {
  const pages = await pagesBelow(requests, place, `${folderOfPrefix(given)}/`);
  return (
    pages
      .flatMap(({ Contents }) => Contents ?? [])
      // A folder that some tool made as an empty object is no object of ours.
      .flatMap(({ Key, Size, LastModified }) =>
        Key === undefined || Key.endsWith('/')
          ? []
          : [{ key: place.keyOf(Key), bytes: Size ?? 0, modifiedMs: LastModified?.getTime() ?? 0 }],
      )
      .sort((a, b) => (a.key < b.key ? -1 : 1))
  );
}

async function foldersBelow(requests: Requests, place: S3Place, given: string): Promise<readonly string[]> {
  const pages = await pagesBelow(requests, place, `${folderOfPrefix(given)}/`, '/');
  return pages
    .flatMap(({ CommonPrefixes }) => CommonPrefixes ?? [])
    .flatMap(({ Prefix }) => (Prefix === undefined ? [] : [place.keyOf(Prefix)]))
    .filter((folder) => isStoreKey(folder.slice(0, -1)))
    .sort();
}

/** Every page of a listing. With a delimiter what lies deeper comes as its common prefixes, once each. */
async function pagesBelow(
  requests: Requests,
  place: S3Place,
  prefix: string,
  delimiter?: string,
): Promise<readonly ListObjectsV2CommandOutput[]> {
  const pages: ListObjectsV2CommandOutput[] = [];
  let token: string | undefined;
  do {
    const from = token;
    const page = await requests.demand({ action: 's3:ListBucket', key: prefix }, ({ client, sdk, signal }) =>
      client.send(
        new sdk.ListObjectsV2Command({
          Bucket: place.bucket,
          Prefix: `${place.prefix}${prefix}`,
          ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
          ...(from === undefined ? {} : { ContinuationToken: from }),
        }),
        { abortSignal: signal },
      ),
    );
    pages.push(page);
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return pages;
}

async function removeObject(requests: Requests, place: S3Place, key: string, withinMs?: number): Promise<void> {
  const name = { action: 's3:DeleteObject', key, ...(withinMs === undefined ? {} : { withinMs }) };
  const answer = await requests.ask(name, ({ client, sdk, signal }) =>
    client.send(new sdk.DeleteObjectCommand(place.of(key)), { abortSignal: signal }),
  );
  if (!answer.ok && answer.verdict.kind !== 'absent') throw answer.error;
}
