import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionSettings } from '../runtime/settings/connection-settings';
import type { TemporalTls } from '../runtime/settings/temporal-credentials';

const PROBE_TIMEOUT_MS = 5_000;
/** Under TLS 1.3 a server refuses a client's certificate after the handshake: it answers within this time, or accepts. */
const REFUSAL_MS = 1_000;
/** The start of every HTTP/2 connection, with an empty SETTINGS frame. */
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

/**
 * One sentence on why the server cannot be spoken to. Connections of the SDK say little ("Failed to connect before the
 * deadline"), so the handshake is tried once more here, where its fault can be seen.
 */
export async function whyNoConnection(
  error: unknown,
  settings: Pick<ConnectionSettings, 'temporalCredentials'>,
  address: string,
): Promise<string> {
  const said = messageChain(error);
  const refused = refusalOf(said);
  if (refused !== null) return refused;
  const { tls } = settings.temporalCredentials.reveal();
  const seen = tls === null ? await plainFault(address) : await tlsFault(address, tls);
  return seen ?? said.split('\n')[0] ?? 'no reason was given';
}

/** What the server itself says of who asks. */
function refusalOf(said: string): string | null {
  if (/UNAUTHENTICATED|\b16\b.*unauthenticated/i.test(said))
    return 'the server does not know who asks (unauthenticated): mend TEMPORAL_API_KEY, or the file of TEMPORAL_API_KEY_FILE';
  if (/PERMISSION_DENIED|PermissionDenied|unauthorized/i.test(said))
    return 'the server refuses whoever asks (permission denied): the API key or certificate lacks the right to this namespace';
  return null;
}

/** Without TLS: whether the server speaks at all, and whether it wants TLS. */
function plainFault(address: string): Promise<string | null> {
  const socket = connectPlain(hostAndPort(address));
  return new Promise((resolve) => {
    const answer = (text: string | null): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => answer('it accepts the connection and says nothing'));
    socket.once('error', (error) => answer(networkFault(error)));
    socket.once('connect', () => socket.write(PREFACE));
    // A TLS server answers anything else with an alert (21), or hangs up.
    socket.once('data', (bytes) => answer(bytes[0] === 21 ? WANTS_TLS : null));
    socket.once('close', () => answer(WANTS_TLS));
  });
}

const WANTS_TLS =
  'it hangs up on an unencrypted connection: set TEMPORAL_TLS=true (and TEMPORAL_TLS_SERVER_CA_CERT_PATH)';

function tlsFault(address: string, { serverCa, serverName, client }: TemporalTls): Promise<string | null> {
  const { host, port } = hostAndPort(address);
  const socket = connectTls({
    host,
    port,
    ALPNProtocols: ['h2'],
    servername: serverName ?? (/^[\d.]+$|:/.test(host) ? '' : host),
    ...(serverCa === null ? {} : { ca: serverCa }),
    ...(client === null ? {} : { cert: client.certificate, key: client.key }),
  });
  return new Promise((resolve) => {
    const answer = (text: string | null): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () =>
      answer('it accepts the connection and does not finish the TLS handshake'),
    );
    let isSecure = false;
    socket.once('error', (error: Error) => answer(tlsErrorText(error, client !== null)));
    socket.once('secureConnect', () => {
      // Nothing is written: what the server says to refuse us would get lost behind a broken pipe.
      isSecure = true;
      setTimeout(() => answer(null), REFUSAL_MS).unref();
    });
    // Its settings: it lets us in.
    socket.once('data', () => answer(null));
    socket.once('close', () =>
      answer(
        isSecure
          ? `it hangs up after the handshake: ${certificateFault(client !== null)}`
          : 'it hangs up during the handshake',
      ),
    );
  });
}

function tlsErrorText(error: Error, hasCertificate: boolean): string {
  const code = 'code' in error ? String(error.code) : '';
  const text = `${code} ${error.message}`;
  if (/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_SIGNATURE_FAILURE/.test(text))
    return `its certificate is signed by nobody that is trusted here (${code}): give the right authority as TEMPORAL_TLS_SERVER_CA_CERT_PATH`;
  if (/ALTNAME/.test(text))
    return `its certificate is for another name (${error.message}): set TEMPORAL_TLS_SERVER_NAME to the name in the certificate`;
  if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(text)) return `its certificate is not valid now (${code})`;
  if (
    /certificate.required|handshake.failure|bad.certificate|unknown.ca|ALERT_(UNKNOWN_CA|BAD_CERT|CERTIFICATE)/i.test(
      text,
    )
  )
    return `${code}: ${certificateFault(hasCertificate)}`;
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|unexpected message/i.test(text))
    return 'it speaks no TLS: unset TEMPORAL_TLS and its companions, or mend TEMPORAL_ADDRESS';
  if (/KEY_VALUES_MISMATCH|PEM|ASN1/i.test(text))
    return `our certificate and key cannot be used (${code}): TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH must belong together`;
  return networkFault(error);
}

function certificateFault(hasCertificate: boolean): string {
  return hasCertificate
    ? 'it refuses our client certificate; give one that its authority has signed as TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH'
    : 'it asks for a client certificate; give one as TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH';
}

function networkFault(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return 'nobody listens there (ECONNREFUSED)';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `its name is not known (${code})`;
  return error.message;
}

function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(colon + 1)) };
}

/** An error's message with those of its causes: the first one says least. */
function messageChain(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return '';
  return depth < 8 ? `${error.message}\n${messageChain(error.cause, depth + 1)}`.trim() : error.message;
}
