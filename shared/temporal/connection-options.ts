import type { ConnectionSettings } from '../runtime/settings/connection-settings';
import type { TemporalTls } from '../runtime/settings/temporal-credentials';

/** TLS as the client's and the worker's connections take it. */
interface TlsOptions {
  serverNameOverride?: string;
  serverRootCACertificate?: Uint8Array;
  clientCertPair?: { crt: Uint8Array; key: Uint8Array };
}

interface CommonOptions {
  address: string;
  tls?: TlsOptions;
  metadata?: Record<string, string>;
}

/** What `Connection.connect` of a client is given: everything that says where the server is and who asks. */
export function clientConnectionOptions(
  settings: Pick<ConnectionSettings, 'temporalCredentials'>,
  address: string,
): CommonOptions & { apiKey?: () => string } {
  const { apiKey } = settings.temporalCredentials.reveal();
  return { ...commonOptions(settings, address), ...(apiKey === null ? {} : { apiKey }) };
}

/** What `NativeConnection.connect` of a worker is given; a key that is renewed later reaches it by `setApiKey`. */
export function workerConnectionOptions(
  settings: Pick<ConnectionSettings, 'temporalCredentials'>,
  address: string,
): CommonOptions & { apiKey?: string } {
  const { apiKey } = settings.temporalCredentials.reveal();
  return { ...commonOptions(settings, address), ...(apiKey === null ? {} : { apiKey: apiKey() }) };
}

function commonOptions(
  { temporalCredentials }: Pick<ConnectionSettings, 'temporalCredentials'>,
  address: string,
): CommonOptions {
  const { tls, metadata } = temporalCredentials.reveal();
  return {
    address,
    ...(tls === null ? {} : { tls: tlsOptions(tls) }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata: { ...metadata } }),
  };
}

function tlsOptions({ serverCa, serverName, client }: TemporalTls): TlsOptions {
  return {
    ...(serverName === null ? {} : { serverNameOverride: serverName }),
    ...(serverCa === null ? {} : { serverRootCACertificate: serverCa }),
    ...(client === null ? {} : { clientCertPair: { crt: client.certificate, key: client.key } }),
  };
}
