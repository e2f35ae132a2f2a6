import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { z } from 'zod';

/** What the UI sends at most: a history page is below the server's 4 MB, and base64 adds a third. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MAX_PAYLOADS = 10_000;

const bodySchema = z.object({
  payloads: z
    .array(
      z.object({
        metadata: z.record(z.string(), z.base64()).optional(),
        data: z.base64().optional(),
      }),
    )
    .max(MAX_PAYLOADS),
});

interface Options {
  readonly host: string;
  readonly port: number;
  /** Whoever asks shows it: as `Authorization: Bearer …`, or as the first part of the path, which the UI can be told. */
  readonly token: string;
  /** Origins of web pages that may ask, such as `http://127.0.0.1:8233`. */
  readonly origins: readonly string[];
  readonly codecOf: (namespace: string | null) => PayloadCodec;
}

/**
 * Decrypts (and encrypts) payloads for the Temporal UI and `temporal --codec-endpoint`: `POST /decode`, `POST /encode`,
 * both also below `/<token>`. Nothing is logged.
 */
export async function startCodecServer(
  options: Options,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response, options).then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
        response.end(JSON.stringify(body));
      },
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(request: IncomingMessage, response: ServerResponse, options: Options): Promise<Answer> {
  const { origin } = request.headers;
  if (origin !== undefined && !options.origins.includes(origin)) {
    return refused(403, `pages of ${origin} may not ask; name it with --origin`);
  }
  if (origin !== undefined) allowOrigin(response, origin);
  if (request.method === 'OPTIONS') return { status: 200, body: {} };
  const { action, pathToken } = partsOf(request.url ?? '/');
  const shown = pathToken ?? bearerOf(request);
  if (shown === null || !sameText(shown, options.token)) {
    return refused(401, 'expected the token of the codec server');
  }
  if (request.method !== 'POST' || (action !== 'decode' && action !== 'encode')) {
    return refused(404, 'expected POST /decode or POST /encode');
  }
  const body = await bodyOf(request);
  if (body === null) return refused(413, `expected at most ${String(MAX_BODY_BYTES)} bytes`);
  const parsed = bodySchema.safeParse(jsonOf(body));
  if (!parsed.success) return refused(400, 'expected {"payloads": [{"metadata", "data"}]}');
  const codec = options.codecOf(namespaceOf(request));
  try {
    const payloads = await codec[action](parsed.data.payloads.map(fromJson));
    return { status: 200, body: { payloads: payloads.map(toJson) } };
  } catch (error) {
    return refused(400, error instanceof Error ? error.message : String(error));
  }
}

/** The headers that a page of the UI needs to ask another origin. */
function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
  response.setHeader('access-control-allow-headers', 'content-type, x-namespace, authorization, authorization-extras');
  response.setHeader('vary', 'origin');
}

function partsOf(url: string): { readonly action: string; readonly pathToken: string | null } {
  const [first = '', second] = new URL(url, 'http://codec').pathname.split('/').filter((part) => part !== '');
  return second === undefined ? { action: first, pathToken: null } : { action: second, pathToken: first };
}

function bearerOf({ headers }: IncomingMessage): string | null {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

function namespaceOf({ headers }: IncomingMessage): string | null {
  const given = headers['x-namespace'];
  return typeof given === 'string' && given !== '' ? given : null;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

function fromJson({ metadata, data }: z.infer<typeof bodySchema>['payloads'][number]): Payload {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')] as const);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data ?? '', 'base64') };
}

function toJson({ metadata, data }: Payload): unknown {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)] as const);
  return { metadata: Object.fromEntries(entries), data: base64(data ?? new Uint8Array()) };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Compared by their hashes, in a time that tells nothing of where they differ. */
function sameText(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function refused(status: number, message: string): Answer {
  return { status, body: { message } };
}
