import { request as requestHttp } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { request as requestHttps } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { errorCode, firstMessageLine } from '../files/source-faults';
import { SourceError } from '../port';

export interface ExchangeLimits {
  readonly requestMs: number;
  /** Without a byte for so long the request is given up. */
  readonly stallMs: number;
  /** Of the body, packed and unpacked. */
  readonly bytes: number;
}

/** One answer, whole: a body that ended early never comes back. */
export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the answer says where its body ends; without that a body that was cut cannot be told from a whole one. */
  readonly hasKnownEnd: boolean;
}

const unzip = promisify(gunzip);

/**
 * One GET request and its whole answer, within limits of time and size. Follows no redirect. Throws SourceUnavailable for
 * anything that another try may cure (no connection, a stall, a cut body), InvalidSource for a body beyond the limit.
 * `where` names the request in messages.
 */
export async function exchange(
  url: URL,
  given: {
    readonly headers: Readonly<Record<string, string>>;
    readonly limits: ExchangeLimits;
    readonly signal: AbortSignal | undefined;
    readonly where: string;
    /** Resolves the host's name; undefined: as Node does. */
    readonly lookup?: LookupFunction | undefined;
  },
): Promise<Exchange> {
  const { status, headers, packed } = await receive(url, given);
  const hasKnownEnd = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const body = await unpacked(packed, headers['content-encoding'], given.limits, given.where);
  return { status, headers, body, hasKnownEnd };
}

interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly packed: Buffer;
}

type Given = Parameters<typeof exchange>[1];

function receive(url: URL, { headers, limits, signal, where, lookup }: Given): Promise<Received> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, {
      method: 'GET',
      headers: { 'accept-encoding': 'gzip', ...headers },
      ...(lookup === undefined ? {} : { lookup }),
    });
    let stall: NodeJS.Timeout | undefined;
    const end = (settle: () => void): void => {
      clearTimeout(stall);
      clearTimeout(total);
      signal?.removeEventListener('abort', stopped);
      settle();
    };
    const giveUp = (error: SourceError): void => {
      end(() => reject(error));
      request.destroy();
    };
    const stopped = (): void => giveUp(unavailable(where, 'the request was stopped'));
    const heard = (): void => {
      clearTimeout(stall);
      const seconds = limits.stallMs / 1000;
      stall = setTimeout(() => giveUp(unavailable(where, `no byte for ${seconds} s`)), limits.stallMs);
    };
    const total = setTimeout(
      () => giveUp(unavailable(where, `not done after ${limits.requestMs / 1000} s`)),
      limits.requestMs,
    );
    heard();
    if (signal?.aborted === true) {
      stopped();
      return;
    }
    signal?.addEventListener('abort', stopped, { once: true });
    request.once('error', (cause) => end(() => reject(broken(where, cause))));
    request.once('response', (response) => {
      heard();
      collect(response, { limits, where, heard }).then(
        (packed) => end(() => resolve({ status: response.statusCode ?? 0, headers: response.headers, packed })),
        (error: unknown) => {
          end(() => reject(error instanceof Error ? error : new Error(String(error))));
          request.destroy();
        },
      );
    });
    request.end();
  });
}

async function collect(
  response: IncomingMessage,
  { limits, where, heard }: { readonly limits: ExchangeLimits; readonly where: string; readonly heard: () => void },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      heard();
      bytes += (chunk as Buffer).length;
      if (bytes > limits.bytes) throw tooLarge(where, limits);
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    throw unavailable(where, `the answer was cut off after ${bytes} bytes (${reasonOf(cause)})`, cause);
  }
  if (!response.complete) throw unavailable(where, `the answer was cut off after ${bytes} bytes`);
  return Buffer.concat(chunks);
}

async function unpacked(
  packed: Buffer,
  encoding: string | undefined,
  limits: ExchangeLimits,
  where: string,
): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity' || packed.length === 0) return packed;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new SourceError('InvalidSource', `${where}: the answer is packed as '${encoding}'; expected gzip or nothing`);
  }
  try {
    return await unzip(packed, { maxOutputLength: limits.bytes });
  } catch (cause) {
    if (errorCode(cause) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(where, limits);
    throw unavailable(where, `the gzip answer is cut off or damaged (${reasonOf(cause)})`, cause);
  }
}

function tooLarge(where: string, limits: ExchangeLimits): SourceError {
  const megabytes = limits.bytes / (1024 * 1024);
  return new SourceError(
    'InvalidSource',
    `${where}: the answer is larger than ${megabytes} MB; ask for smaller pages, or raise source.limits.responseMb`,
  );
}

/** What broke the connection, by its code alone: the library's words may hold the address with its query. */
function broken(where: string, cause: unknown): SourceError {
  if (cause instanceof SourceError) return cause;
  return unavailable(where, `no answer (${reasonOf(cause)})`, cause);
}

function reasonOf(cause: unknown): string {
  return errorCode(cause) ?? firstMessageLine(cause).slice(0, 80);
}

function unavailable(where: string, what: string, cause?: unknown): SourceError {
  return new SourceError('SourceUnavailable', `${where}: ${what}`, {}, cause === undefined ? {} : { cause });
}
