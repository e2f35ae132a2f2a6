import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** How the Temporal server is spoken to: encrypted or not, and as whom. Holds secrets: kept in a `Hidden`. */
export interface TemporalCredentials {
  /** null: not encrypted. */
  readonly tls: TemporalTls | null;
  /** The API key as it is now: a key file is read again at each call, so that a renewed key needs no restart. */
  readonly apiKey: (() => string) | null;
  /** Headers sent with every request. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface TemporalTls {
  /** PEM; null: the authorities that the system trusts. */
  readonly serverCa: Buffer | null;
  /** The name that the server's certificate must hold; null: the host of the address. */
  readonly serverName: string | null;
  /** PEM; null: the server does not ask for one. */
  readonly client: { readonly certificate: Buffer; readonly key: Buffer } | null;
}

const TRUE = ['1', 't', 'true'];
const FALSE = ['0', 'f', 'false'];
const META = 'TEMPORAL_GRPC_META_';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]):/i;

/**
 * Reads the variables that Temporal's own command line reads (`TEMPORAL_TLS…`, `TEMPORAL_API_KEY`, `TEMPORAL_GRPC_META_…`),
 * and `TEMPORAL_API_KEY_FILE` for a key that is mounted as a file. Throws an Error that names the variable, never its value.
 */
export function temporalCredentialsOf(
  env: NodeJS.ProcessEnv,
  address: string | null,
  workingDirectory: string,
): TemporalCredentials {
  const apiKey = apiKeyOf(env, workingDirectory);
  const tls = tlsOf(env, workingDirectory, apiKey !== null);
  const given = Object.keys(env).filter((name) => /^TEMPORAL_(TLS|API_KEY)/.test(name) && (env[name] ?? '') !== '');
  if (address === null && (tls !== null || apiKey !== null)) {
    throw fault(
      given[0] ?? 'TEMPORAL_TLS',
      'is set, but TEMPORAL_ADDRESS is not: name the server that it is for, or unset it to use a server of our own',
    );
  }
  if (apiKey !== null && tls === null && address !== null && !LOOPBACK.test(address)) {
    throw fault('TEMPORAL_TLS', `must not be false with an API key: the key would travel to ${address} in the clear`);
  }
  return { tls, apiKey, metadata: metadataOf(env) };
}

function tlsOf(env: NodeJS.ProcessEnv, folder: string, hasApiKey: boolean): TemporalTls | null {
  refuseUnsupported(env);
  const serverCa = pem(env, 'TEMPORAL_TLS_SERVER_CA_CERT', folder);
  const certificate = pem(env, 'TEMPORAL_TLS_CLIENT_CERT', folder);
  const key = pem(env, 'TEMPORAL_TLS_CLIENT_KEY', folder);
  const serverName = env.TEMPORAL_TLS_SERVER_NAME ?? '';
  if ((certificate === null) !== (key === null)) {
    throw fault(
      certificate === null ? 'TEMPORAL_TLS_CLIENT_KEY_PATH' : 'TEMPORAL_TLS_CLIENT_CERT_PATH',
      'a client certificate and its key go together: give both or neither',
    );
  }
  const isNamed = serverCa !== null || certificate !== null || serverName !== '' || hasApiKey;
  const wanted = flag(env, 'TEMPORAL_TLS') ?? isNamed;
  if (!wanted) return null;
  return {
    serverCa,
    serverName: serverName === '' ? null : serverName,
    client: certificate === null || key === null ? null : { certificate, key },
  };
}

function refuseUnsupported(env: NodeJS.ProcessEnv): void {
  if (flag(env, 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION') !== true) return;
  throw fault(
    'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION',
    'is not supported: give the certificate’s own name as TEMPORAL_TLS_SERVER_NAME instead',
  );
}

function apiKeyOf(env: NodeJS.ProcessEnv, folder: string): (() => string) | null {
  const value = env.TEMPORAL_API_KEY ?? '';
  const file = env.TEMPORAL_API_KEY_FILE ?? '';
  if (value !== '' && file !== '') {
    throw fault('TEMPORAL_API_KEY_FILE', 'and TEMPORAL_API_KEY are both set: give one of them');
  }
  if (value !== '') return () => value;
  if (file === '') return null;
  const path = resolve(folder, file);
  const read = (): string => {
    const key = readFileOf('TEMPORAL_API_KEY_FILE', path).toString('utf8').trim();
    if (key === '') throw fault('TEMPORAL_API_KEY_FILE', `names the file ${path}, which is empty`);
    return key;
  };
  read();
  return read;
}

/** PEM from `<name>_PATH` or `<name>_DATA`. */
function pem(env: NodeJS.ProcessEnv, name: string, folder: string): Buffer | null {
  const [path, data] = [env[`${name}_PATH`] ?? '', env[`${name}_DATA`] ?? ''];
  if (path !== '' && data !== '') throw fault(`${name}_PATH`, `and ${name}_DATA are both set: give one of them`);
  if (path === '' && data === '') return null;
  const bytes = data === '' ? readFileOf(`${name}_PATH`, resolve(folder, path)) : Buffer.from(data);
  if (bytes.includes('-----BEGIN ')) return bytes;
  throw fault(data === '' ? `${name}_PATH` : `${name}_DATA`, 'holds no PEM text (-----BEGIN …)');
}

function readFileOf(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fault(variable, `names a file that cannot be read: ${error instanceof Error ? error.message : path}`);
  }
}

function flag(env: NodeJS.ProcessEnv, name: string): boolean | null {
  const text = (env[name] ?? '').trim().toLowerCase();
  if (text === '') return null;
  if (TRUE.includes(text)) return true;
  if (FALSE.includes(text)) return false;
  throw fault(name, 'expected true or false');
}

function metadataOf(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const entries = Object.entries(env).flatMap(([name, value]) => {
    if (!name.startsWith(META) || name === META || value === undefined || value === '') return [];
    return [[name.slice(META.length).toLowerCase().replaceAll('_', '-'), value] as const];
  });
  return Object.fromEntries(entries);
}

function fault(variable: string, message: string): Error {
  return new Error(`wrong environment variables: ${variable}: ${message}`);
}
