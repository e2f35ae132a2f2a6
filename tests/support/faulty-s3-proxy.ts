import {
  createServer,
  request as forward,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { S3_ACCESS_KEY } from './s3-server';

/** What can be done to a request on its way. */
export type S3Fault =
  /** Answered with 503 and never passed on. */
  | 'refuse'
  /** Passed on and done, then answered with 503: the deed without its answer. */
  | 'refuseAfter'
  /** Passed on; the answer never comes. */
  | 'stall'
  /** Passed on; the answer breaks off half-way, connection and all. */
  | 'truncate'
  /** Passed on; one bit of an object's bytes is another on the way back. Only readings of objects can be struck. */
  | 'flip'
  /** Half of what is sent is passed on and the rest never, until the sender gives up or dies. */
  | 'halve';

export const S3_FAULTS: readonly S3Fault[] = ['refuse', 'refuseAfter', 'stall', 'truncate', 'flip', 'halve'];

/** A request as the proxy saw it, in order of arrival. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, without the host. */
  readonly url: string;
  readonly status: number | null;
  readonly fault: S3Fault | null;
}

export interface FaultyS3Proxy {
  readonly endpoint: string;
  /** What was done so far; grows. */
  seen(): readonly SeenRequest[];
  count(fault: S3Fault): number;
  close(): Promise<void>;
}

export interface FaultPlan {
  /** Share of requests, of all of them, that meet each fault; the rest pass. */
  readonly shares?: Partial<Readonly<Record<S3Fault, number>>>;
  /** Decides about one request; goes before the shares. null: it passes, undefined: the shares decide. */
  readonly decide?: (request: { readonly method: string; readonly url: string }) => S3Fault | null | undefined;
  readonly seed?: number;
  /** Delay before each answer: a slow store. */
  readonly delayMs?: number;
}

/**
 * A proxy on loopback before an S3 server, which strikes a seeded share of the requests. The signature of a request covers its
 * host: the name that the client used is passed on.
 */
export async function startFaultyS3Proxy(target: string, plan: FaultPlan): Promise<FaultyS3Proxy> {
  const { hostname, port } = new URL(target);
  const chance = seededChance(plan.seed ?? 1);
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const decide = (request: IncomingMessage): S3Fault | null => {
    const asked = { method: request.method ?? 'GET', url: request.url ?? '/' };
    const drawn = chance();
    const given = plan.decide?.(asked);
    return given === undefined ? faultFor(drawn, plan.shares ?? {}, isReading(asked)) : given;
  };
  const server = createServer((request, response) => {
    const fault = decide(request);
    const note = (status: number | null): void => {
      seen.push({ method: request.method ?? 'GET', url: request.url ?? '/', status, fault });
    };
    if (fault === 'refuse') {
      // The body is taken first: a server that closes while it is sent shows as a reset instead.
      request.resume().once('end', () => {
        note(503);
        sendUnavailable(response);
      });
      return;
    }
    const onward = forward(
      { hostname, port, method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('end', () => {
          note(answer.statusCode ?? null);
          const send = (): void => strike(fault, answer, Buffer.concat(chunks), response, chance);
          if ((plan.delayMs ?? 0) > 0) setTimeout(send, plan.delayMs);
          else send();
        });
      },
    );
    onward.once('error', () => response.destroy());
    response.once('close', () => {
      if (!response.writableFinished) onward.destroy();
    });
    if (fault === 'halve') passHalf(request, onward, () => note(null));
    else request.pipe(onward);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port: ownPort } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${String(ownPort)}`,
    seen: () => seen,
    count: (fault) => seen.filter((request) => request.fault === fault).length,
    close: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function passHalf(request: IncomingMessage, onward: ClientRequest, note: () => void): void {
  const half = Math.floor(Number(request.headers['content-length'] ?? 0) / 2);
  let passed = 0;
  request.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, Math.max(0, half - passed));
    passed += part.length;
    if (part.length > 0) onward.write(part);
  });
  request.once('end', note);
  onward.flushHeaders();
}

function strike(
  fault: S3Fault | null,
  { statusCode, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  chance: () => number,
): void {
  switch (fault) {
    case 'refuseAfter':
    case 'refuse':
    case 'halve':
      sendUnavailable(response);
      return;
    case 'stall':
      return;
    case 'truncate':
      if (body.length === 0) {
        response.destroy();
        return;
      }
      response.writeHead(statusCode ?? 502, headers);
      // Whoever reads has the head and half of the body, then the connection is gone.
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
      response.flushHeaders();
      return;
    case 'flip':
      response.writeHead(statusCode ?? 502, headers);
      response.end(statusCode === 200 ? flipped(body, chance()) : body);
      return;
    case null:
      response.writeHead(statusCode ?? 502, headers);
      response.end(body);
      return;
    default:
      fault satisfies never;
  }
}

function sendUnavailable(response: ServerResponse): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Reduce your request rate, ${S3_ACCESS_KEY}.</Message></Error>`;
  response.writeHead(503, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function flipped(body: Buffer, chance: number): Buffer {
  const copy = Buffer.from(body);
  const at = Math.floor(chance * copy.length);
  if (at < copy.length) copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

/** A listing or a HEAD has no object's bytes. */
function isReading({ method, url }: { readonly method: string; readonly url: string }): boolean {
  return method === 'GET' && !/[?&](list-type|uploads)\b/.test(url);
}

function faultFor(drawn: number, shares: NonNullable<FaultPlan['shares']>, reading: boolean): S3Fault | null {
  let from = 0;
  for (const fault of S3_FAULTS) {
    const upTo = from + (shares[fault] ?? 0);
    if (drawn >= from && drawn < upTo) return fault === 'flip' && !reading ? null : fault;
    from = upTo;
  }
  return null;
}

/** mulberry32: the same seed strikes the same requests, as far as they come in the same order. */
function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
