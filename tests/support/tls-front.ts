import { readFileSync } from 'node:fs';
import type { ClientHttp2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { connect, constants, createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { CertificateFiles } from './certificates';
import { readPem } from './certificates';

const UNAUTHENTICATED = '16';

interface Options {
  /** Where the unencrypted server is. */
  readonly backend: string;
  readonly server: CertificateFiles;
  /** Whose clients are let in; null: everybody's. */
  readonly clientAuthority: string | null;
  /** The API key that must be shown; null: none. May change. */
  readonly apiKey: () => string | null;
}

export interface TlsFront {
  readonly address: string;
  /** Every `authorization` header that arrived, each once. */
  readonly authorizations: ReadonlySet<string>;
  close(): Promise<void>;
}

/** TLS (and who is let in) before a Temporal server that has neither, as a load balancer does it. */
export async function startTlsFront(options: Options): Promise<TlsFront> {
  const authorizations = new Set<string>();
  const backend = connect(`http://${options.backend}`);
  backend.on('error', () => undefined);
  const sockets = new Set<TLSSocket>();
  const server = createSecureServer({
    ...readPem(options.server),
    ALPNProtocols: ['h2'],
    ...(options.clientAuthority === null
      ? {}
      : { requestCert: true, rejectUnauthorized: true, ca: readFileSync(options.clientAuthority) }),
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('sessionError', () => undefined);
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    if (headers.authorization !== undefined) authorizations.add(headers.authorization);
    const key = options.apiKey();
    if (key !== null && headers.authorization !== `Bearer ${key}`) refuse(stream);
    else pass(stream, headers, backend);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    authorizations,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      backend.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(stream: ServerHttp2Stream): void {
  stream.respond(
    {
      [constants.HTTP2_HEADER_STATUS]: 200,
      'content-type': 'application/grpc',
      'grpc-status': UNAUTHENTICATED,
      'grpc-message': 'unauthenticated',
    },
    { endStream: true },
  );
}

function pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, backend: ClientHttp2Session): void {
  const forwarded = { ...headers, [constants.HTTP2_HEADER_SCHEME]: 'http' };
  const request = backend.request(forwarded);
  let trailers: IncomingHttpHeaders = {};
  stream.on('error', () => request.close());
  stream.on('close', () => request.close());
  request.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  request.on('trailers', (given: IncomingHttpHeaders) => {
    trailers = given;
  });
  request.on('response', (answer, flags) => {
    if (stream.destroyed) return;
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) {
      stream.respond(answer, { endStream: true });
      return;
    }
    stream.respond(answer, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    request.pipe(stream);
  });
  stream.pipe(request);
}
