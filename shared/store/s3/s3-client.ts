import type * as sdk from '@aws-sdk/client-s3';
import type { S3StoreLocation } from '../../runtime/settings/store-settings';

/** Requests at once from one process: twice what the widest stage asks for. */
const MAX_SOCKETS = 64;

/** Mounted secrets are read again this often, so that a rotated key or session token is taken up without a restart. */
const SECRETS_LAST_MS = 10 * 60_000;

export type S3Sdk = typeof sdk;

/** The SDK's commands, and a client to send them with. */
export interface S3Connection {
  readonly sdk: S3Sdk;
  readonly client: sdk.S3Client;
}

/**
 * A client of one store. It makes every request once: when to try again is decided in `s3-requests.ts`. The SDK takes a quarter
 * of a second to load, so only whoever makes a request waits for it.
 */
export async function connectS3(location: S3StoreLocation): Promise<S3Connection> {
  const loaded = await import('@aws-sdk/client-s3');
  return { sdk: loaded, client: new loaded.S3Client(configOf(location)) };
}

function configOf({ region, endpoint, pathStyle, timeoutMs, secrets }: S3StoreLocation): sdk.S3ClientConfig {
  return {
    region,
    forcePathStyle: pathStyle,
    maxAttempts: 1,
    // Hashes are sent and compared by us, over whole objects, in one way for small and large ones.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: Math.min(timeoutMs, 5_000),
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
    ...(endpoint === null ? {} : { endpoint }),
    ...(secrets === null ? {} : { credentials: () => Promise.resolve().then(() => credentialsFrom(secrets)) }),
  };
}

function credentialsFrom(read: NonNullable<S3StoreLocation['secrets']>): {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration: Date;
} {
  const sessionToken = optional(() => read('s3-session-token'));
  return {
    accessKeyId: read('s3-access-key'),
    secretAccessKey: read('s3-secret-key'),
    ...(sessionToken === null ? {} : { sessionToken }),
    expiration: new Date(Date.now() + SECRETS_LAST_MS),
  };
}

function optional(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
