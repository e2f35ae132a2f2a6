/** What a failed try of a request means for the one who made it. */
export type Verdict =
  /** Worth another try; the server may have done what was asked all the same. */
  | { readonly kind: 'again' }
  | { readonly kind: 'absent' }
  /** A condition of the request did not hold. */
  | { readonly kind: 'conditionFailed' }
  | { readonly kind: 'noBucket' }
  | { readonly kind: 'noUpload' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'badCredentials' }
  | { readonly kind: 'full' }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'refused' };

const AGAIN = new Set([
  'SlowDown',
  'SlowDownRead',
  'SlowDownWrite',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'InternalError',
  'OperationAborted',
  'RequestTimeout',
  'RequestTimeoutException',
  // The body did not come over whole or unaltered: nothing was stored.
  'BadDigest',
  'IncompleteBody',
  'XAmzContentChecksumMismatch',
  'XAmzContentSHA256Mismatch',
]);
const BAD_CREDENTIALS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'RequestTimeTooSkewed',
  'CredentialsProviderError',
  'AuthorizationHeaderMalformed',
  'XAdminUserNotFound',
  'XMinioAdminNoSuchUser',
]);
const FULL = new Set([
  'QuotaExceeded',
  'XAdminBucketQuotaExceeded',
  'XMinioStorageFull',
  'XMinioAdminBucketQuotaExceeded',
  'InsufficientStorage',
  'InsufficientCapacity',
  'EntityTooLarge',
  'MaxSizeExceeded',
]);

/**
 * Sorts an error of the AWS SDK, of the connection or of our own clock. Told by names and status codes: which class an error
 * has depends on the server and on the copy of the SDK.
 */
export function verdictOf(error: unknown): Verdict {
  const name = nameOf(error);
  const status = statusOf(error);
  if (name === 'ConditionalRequestConflict') return { kind: 'again' };
  if (name === 'PreconditionFailed' || status === 412) return { kind: 'conditionFailed' };
  if (name === 'NoSuchBucket') return { kind: 'noBucket' };
  if (name === 'NoSuchUpload') return { kind: 'noUpload' };
  if (FULL.has(name) || status === 507) return { kind: 'full' };
  if (BAD_CREDENTIALS.has(name)) return { kind: 'badCredentials' };
  if (name === 'AccessDenied' || name === 'AllAccessDisabled' || status === 403) return { kind: 'denied' };
  if (name === 'NotImplemented' || status === 501) return { kind: 'unsupported' };
  // Not every 404 is an absent object: some servers say so of an unknown key of access.
  if (name === 'NoSuchKey' || name === 'NotFound') return { kind: 'absent' };
  if (AGAIN.has(name)) return { kind: 'again' };
  // 409 without a name: some servers say so for two writers at once.
  if (status !== null && ([408, 409, 429].includes(status) || status >= 500)) return { kind: 'again' };
  if (status !== null && status >= 300) return { kind: 'refused' };
  // No answer, or none that can be read.
  return { kind: 'again' };
}

/**
 * For messages and logs: what went wrong, without the words of the server where they may repeat keys, tokens or signatures.
 */
export function reasonOf(error: unknown): string {
  const name = nameOf(error);
  const status = statusOf(error);
  if (status !== null) return `${name === '' ? 'an error' : name} (HTTP ${String(status)})`;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : '';
  if (BAD_CREDENTIALS.has(name)) return 'no credentials were found';
  if (code !== '') return code;
  return text === '' ? name || 'no answer' : text.replace(/^AWS SDK error wrapper for (Error: )?/, '').slice(0, 200);
}

export function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string'
    ? error.name
    : '';
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return null;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  const { httpStatusCode } = metadata;
  // A try that got 200 and no readable answer is one that has no status.
  return typeof httpStatusCode === 'number' && httpStatusCode >= 300 ? httpStatusCode : null;
}
