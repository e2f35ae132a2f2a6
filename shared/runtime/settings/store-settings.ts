import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { secretReader, type ReadSecret } from '../secrets';
import { wholeNumber } from './whole-number';

const yesOrNo = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

const endpointUrl = z
  .url({ protocol: /^https?$/, error: 'expected a URL such as https://s3.example.org or http://127.0.0.1:7070' })
  .refine((url) => !hasCredentials(url), 'must not hold a user or password: name them as secrets');

export const STORE_VARIABLES = {
  CANDLEWICK_STORE: z
    .string()
    .min(1)
    .refine((text) => !isS3(text) || partsOf(text) !== null, 'expected a folder, or s3://bucket/prefix')
    .optional(),
  CANDLEWICK_S3_ENDPOINT: endpointUrl.optional(),
  CANDLEWICK_S3_REGION: z.string().min(1).optional(),
  CANDLEWICK_S3_PATH_STYLE: yesOrNo.optional(),
  CANDLEWICK_S3_ATTEMPTS: wholeNumber.optional(),
  CANDLEWICK_S3_TIMEOUT_SECONDS: wholeNumber.optional(),
};

type Given = z.infer<z.ZodObject<typeof STORE_VARIABLES>>;

/** A store in a folder of this machine, or of a network file system. */
export interface FileStoreLocation {
  readonly kind: 'file';
  readonly root: string;
}

/** A store in a bucket of Amazon S3, or of any server that speaks its protocol and honours `If-None-Match` on writes. */
export interface S3StoreLocation {
  readonly kind: 's3';
  readonly bucket: string;
  /** Empty, or ends in `/`. */
  readonly prefix: string;
  readonly region: string;
  /** null: Amazon's own. */
  readonly endpoint: string | null;
  /** The bucket in the path rather than in the host name, as most servers that are not Amazon's want it. */
  readonly pathStyle: boolean;
  /** Tries of one request, the first included. */
  readonly attempts: number;
  /** How long a request may go without an answer, or its answer without a byte. */
  readonly timeoutMs: number;
  /** null: the default chain of the AWS SDK (environment, files, roles), session tokens included. */
  readonly secrets: ReadSecret | null;
}

export type StoreLocation = FileStoreLocation | S3StoreLocation;

/** Where artifacts, checkpoints, records and the registry live. */
export interface StoreSettings {
  /** For people and for the environment of our own processes: a folder, or `s3://bucket/prefix`. */
  readonly storeRoot: string;
  readonly store: StoreLocation;
}

/** Names of the secrets of a store whose credentials do not come by the AWS SDK's own ways. */
const S3_SECRETS = { accessKey: 's3-access-key', secretKey: 's3-secret-key', sessionToken: 's3-session-token' };

export function storeSettingsOf(
  given: Given,
  home: string,
  workingDirectory: string,
  env: NodeJS.ProcessEnv = {},
): StoreSettings {
  const named = given.CANDLEWICK_STORE;
  const s3 = named === undefined ? null : partsOf(named);
  if (s3 === null) {
    const root = named === undefined ? join(home, 'store') : resolve(workingDirectory, named);
    return { storeRoot: root, store: { kind: 'file', root } };
  }
  const endpoint = given.CANDLEWICK_S3_ENDPOINT ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL ?? null;
  return {
    storeRoot: s3Uri(s3),
    store: {
      kind: 's3',
      ...s3,
      region: given.CANDLEWICK_S3_REGION ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1',
      endpoint,
      pathStyle: given.CANDLEWICK_S3_PATH_STYLE ?? endpoint !== null,
      // Eight tries with their pauses last some ten seconds: longer trouble is for the policy of the activity.
      attempts: Math.max(1, given.CANDLEWICK_S3_ATTEMPTS ?? 8),
      timeoutMs: Math.max(1, given.CANDLEWICK_S3_TIMEOUT_SECONDS ?? 20) * 1000,
      secrets: hasSecret(S3_SECRETS.accessKey, env) ? secretReader(env) : null,
    },
  };
}

/** `s3://bucket/prefix` without the slash at its end. */
function s3Uri({ bucket, prefix }: Pick<S3StoreLocation, 'bucket' | 'prefix'>): string {
  return `s3://${bucket}/${prefix}`.replace(/\/$/, '');
}

function isS3(text: string): boolean {
  return /^s3:/i.test(text);
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX_SEGMENT = /^[A-Za-z0-9._%+=@-]+$/;

/** Bucket and prefix of an `s3://` address, or null where it is none that a store can have. */
function partsOf(text: string): Pick<S3StoreLocation, 'bucket' | 'prefix'> | null {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(text) ?? [];
  const segments = path.replace(/\/$/, '') === '' ? [] : path.replace(/\/$/, '').split('/');
  const sound = segments.every((segment) => PREFIX_SEGMENT.test(segment) && segment !== '.' && segment !== '..');
  if (!BUCKET.test(bucket) || !sound) return null;
  return { bucket, prefix: segments.map((segment) => `${segment}/`).join('') };
}

function hasCredentials(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

function hasSecret(name: string, env: NodeJS.ProcessEnv): boolean {
  const inEnvironment = (env[`CANDLEWICK_SECRET_${name.toUpperCase().replaceAll('-', '_')}`] ?? '') !== '';
  const folder = env.CANDLEWICK_SECRETS ?? '';
  return inEnvironment || (folder !== '' && existsSync(join(folder, name)));
}
