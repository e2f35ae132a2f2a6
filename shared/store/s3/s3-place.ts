import type { S3StoreLocation } from '../../runtime/settings/store-settings';

/** Where the keys of a store lie in its bucket. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
  /** For people: `s3://bucket/prefix/key`. */
  readonly uriOf: (key: string) => string;
  readonly of: (key: string) => { readonly Bucket: string; readonly Key: string };
  /** The key of an object of the bucket, as the store names it. */
  readonly keyOf: (objectKey: string) => string;
}

export function s3PlaceOf({ bucket, prefix }: Pick<S3StoreLocation, 'bucket' | 'prefix'>): S3Place {
  return {
    bucket,
    prefix,
    uriOf: (key) => `s3://${bucket}/${prefix}${key}`,
    of: (key) => ({ Bucket: bucket, Key: `${prefix}${key}` }),
    keyOf: (objectKey) => objectKey.slice(prefix.length),
  };
}
