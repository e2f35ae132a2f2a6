import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { readSettings } from '../../../shared/runtime/settings';

const folder = mkdtempSync(join(tmpdir(), 'candlewick-connection-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (env: NodeJS.ProcessEnv) => readSettings(env, folder);
const credentials = (env: NodeJS.ProcessEnv) => read(env).temporalCredentials.reveal();
const ADDRESS = { TEMPORAL_ADDRESS: 'temporal.example:7233' };
const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const KEY = Buffer.alloc(32, 7).toString('base64');

describe('connection settings', () => {
  it('has neither TLS nor a key unless one is asked for', () => {
    expect(credentials(ADDRESS)).toEqual({ tls: null, apiKey: null, metadata: {} });
    expect(credentials({ ...ADDRESS, TEMPORAL_TLS: 'false' }).tls).toBeNull();
  });

  it.each(['true', '1', 'TRUE', 't'])('takes TEMPORAL_TLS=%s for yes', (TEMPORAL_TLS) => {
    expect(credentials({ ...ADDRESS, TEMPORAL_TLS }).tls).toEqual({ serverCa: null, serverName: null, client: null });
  });

  it('speaks TLS where an API key, an authority, a certificate or a name is given', () => {
    writeFileSync(join(folder, 'ca.pem'), PEM);
    expect(credentials({ ...ADDRESS, TEMPORAL_API_KEY: 'k' }).tls).not.toBeNull();
    expect(credentials({ ...ADDRESS, TEMPORAL_TLS_SERVER_CA_CERT_PATH: 'ca.pem' }).tls?.serverCa?.toString()).toBe(PEM);
    expect(credentials({ ...ADDRESS, TEMPORAL_TLS_SERVER_CA_CERT_DATA: PEM }).tls?.serverCa?.toString()).toBe(PEM);
    expect(credentials({ ...ADDRESS, TEMPORAL_TLS_SERVER_NAME: 'inner' }).tls?.serverName).toBe('inner');
  });

  it('sends headers that TEMPORAL_GRPC_META_… names', () => {
    expect(credentials({ ...ADDRESS, TEMPORAL_GRPC_META_X_TEAM: 'research' }).metadata).toEqual({
      'x-team': 'research',
    });
  });

  it.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ['TLS without an address', { TEMPORAL_TLS: 'true' }, /TEMPORAL_TLS: is set, but TEMPORAL_ADDRESS is not/],
    ['a key without an address', { TEMPORAL_API_KEY: 'k' }, /TEMPORAL_API_KEY: is set, but TEMPORAL_ADDRESS is not/],
    [
      'a key that would travel in the clear',
      { ...ADDRESS, TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' },
      /would travel to temporal.example:7233 in the clear/,
    ],
    ['a word for a truth', { ...ADDRESS, TEMPORAL_TLS: 'maybe' }, /TEMPORAL_TLS: expected true or false/],
    ['a certificate without its key', { ...ADDRESS, TEMPORAL_TLS_CLIENT_CERT_DATA: PEM }, /go together/],
    ['a file that is not there', { ...ADDRESS, TEMPORAL_TLS_SERVER_CA_CERT_PATH: 'none.pem' }, /cannot be read/],
    ['what is no PEM', { ...ADDRESS, TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'secret' }, /holds no PEM text/],
    [
      'path and data at once',
      { ...ADDRESS, TEMPORAL_TLS_CLIENT_KEY_PATH: 'a', TEMPORAL_TLS_CLIENT_KEY_DATA: 'b' },
      /are both set/,
    ],
    [
      'verification switched off',
      { ...ADDRESS, TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' },
      /TEMPORAL_TLS_SERVER_NAME instead/,
    ],
    ['a key that has no secret', { CANDLEWICK_PAYLOAD_KEYS: 'a' }, /CANDLEWICK_SECRET_A/],
    [
      'a key that is too short',
      { CANDLEWICK_PAYLOAD_KEYS: 'a', CANDLEWICK_SECRET_A: 'dG9vIHNob3J0' },
      /'a' is not 32 bytes.*openssl rand -base64 32/,
    ],
    ['a key twice', { CANDLEWICK_PAYLOAD_KEYS: 'a,a', CANDLEWICK_SECRET_A: KEY }, /names a key twice/],
  ])('refuses %s', (_what, env, message) => {
    expect(() => read(env)).toThrow(message);
  });

  it('takes payload keys by the names of their secrets, newest first', () => {
    const keys = read({
      CANDLEWICK_PAYLOAD_KEYS: 'new, old',
      CANDLEWICK_SECRET_NEW: KEY,
      CANDLEWICK_SECRET_OLD: '0b'.repeat(32),
    }).payloadKeys?.reveal();
    expect(keys).toEqual([
      { id: 'new', bytes: Buffer.alloc(32, 7) },
      { id: 'old', bytes: Buffer.alloc(32, 11) },
    ]);
  });

  it('prints none of its secrets, however it is printed', () => {
    const settings = read({
      ...ADDRESS,
      TEMPORAL_API_KEY: 'planted-api-key',
      TEMPORAL_GRPC_META_X_KEY: 'planted-header',
      CANDLEWICK_PAYLOAD_KEYS: 'a',
      CANDLEWICK_SECRET_A: KEY,
    });
    const printed = [
      JSON.stringify(settings),
      inspect(settings, { depth: 9, showHidden: true }),
      `${String(settings.temporalCredentials)} ${String(settings.payloadKeys)}`,
    ].join('\n');
    expect(printed).not.toMatch(/planted/);
    expect(printed).not.toContain(KEY);
    expect(printed).not.toContain('<Buffer 07');
    expect(printed).toContain('[hidden]');
  });
});
