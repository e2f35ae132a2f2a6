import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { connectClient } from '../../../cli/runtime/client';
import { createLogger } from '../../../shared/runtime/logger';
import { readSettings } from '../../../shared/runtime/settings';
import { connectWithPatience } from '../../../workers/connect';
import type { Authority, CertificateFiles } from '../../support/certificates';
import { createAuthority } from '../../support/certificates';
import { startTemporalServer } from '../../support/temporal-server';
import type { TlsFront } from '../../support/tls-front';
import { startTlsFront } from '../../support/tls-front';

const folder = mkdtempSync(join(tmpdir(), 'candlewick-tls-'));
const fronts: TlsFront[] = [];
let server: TestWorkflowEnvironment | undefined;
let [ours, theirs]: readonly [Authority?, Authority?] = [];
let client: CertificateFiles;
let stranger: CertificateFiles;
let certificate: CertificateFiles;

beforeAll(async () => {
  server = await startTemporalServer();
  [ours, theirs] = [createAuthority(folder, 'ours'), createAuthority(folder, 'theirs')];
  [client, stranger, certificate] = [ours.sign('client'), theirs.sign('stranger'), ours.sign('temporal.test')];
}, 60_000);

afterAll(async () => {
  for (const front of fronts) await front.close();
  await server?.teardown();
  rmSync(folder, { recursive: true, force: true });
});

async function front(options: { mutual?: boolean; apiKey?: () => string } = {}): Promise<TlsFront> {
  const started = await startTlsFront({
    backend: server!.address,
    server: certificate,
    clientAuthority: options.mutual === true ? ours!.certificate : null,
    apiKey: options.apiKey ?? (() => null),
  });
  fronts.push(started);
  return started;
}

/** Both ways to connect, each once: what a command does and what a worker does. */
const CONNECT = {
  client: async (env: NodeJS.ProcessEnv) => {
    const settings = readSettings(env, folder);
    const connected = await connectClient(settings, settings.temporalAddress ?? '', { connectTimeoutMs: 1_500 });
    try {
      await connected.workflowService.describeNamespace({ namespace: settings.namespace });
    } finally {
      await connected.connection.close();
    }
  },
  worker: async (env: NodeJS.ProcessEnv) => {
    const settings = readSettings(env, folder);
    const logger = createLogger({ ...settings, logLevel: 'error' }, 'test');
    const connection = await connectWithPatience(settings, logger, { tries: 1, betweenTriesMs: 0 });
    try {
      await connection.workflowService.describeNamespace({ namespace: settings.namespace });
    } finally {
      await connection.close();
    }
  },
} as const;

const caOf = (authority: Authority | undefined) => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority!.certificate });
const certificateOf = ({ certificate: path, key }: CertificateFiles) => ({
  TEMPORAL_TLS_CLIENT_CERT_PATH: path,
  TEMPORAL_TLS_CLIENT_KEY_PATH: key,
});

describe.each(['client', 'worker'] as const)('a %s before a server with TLS', (who) => {
  const connect = CONNECT[who];

  it('connects with the right authority', async () => {
    const { address } = await front();
    await expect(connect({ TEMPORAL_ADDRESS: address, ...caOf(ours) })).resolves.toBeUndefined();
  });

  it('refuses a server that another authority signed, and says so', async () => {
    const { address } = await front();
    await expect(connect({ TEMPORAL_ADDRESS: address, ...caOf(theirs) })).rejects.toThrow(
      /signed by nobody that is trusted here.*TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
    );
  });

  it('says that the server wants TLS where none is set', async () => {
    const { address } = await front();
    await expect(connect({ TEMPORAL_ADDRESS: address })).rejects.toThrow(/TEMPORAL_TLS=true/);
  });

  it('says that the server speaks no TLS where it is set', async () => {
    await expect(connect({ TEMPORAL_ADDRESS: server!.address, TEMPORAL_TLS: 'true' })).rejects.toThrow(
      /it speaks no TLS/,
    );
  });

  it('is let in with its certificate, refused without one or with a stranger’s', async () => {
    const { address } = await front({ mutual: true });
    const base = { TEMPORAL_ADDRESS: address, ...caOf(ours) };
    await expect(connect({ ...base, ...certificateOf(client) })).resolves.toBeUndefined();
    await expect(connect(base)).rejects.toThrow(/asks for a client certificate.*TEMPORAL_TLS_CLIENT_CERT_PATH/);
    await expect(connect({ ...base, ...certificateOf(stranger) })).rejects.toThrow(/refuses our client certificate/);
  });

  it('takes another name where the certificate has one, and refuses a wrong one', async () => {
    const { address } = await front();
    const base = { TEMPORAL_ADDRESS: address, ...caOf(ours) };
    await expect(connect({ ...base, TEMPORAL_TLS_SERVER_NAME: 'temporal.test' })).resolves.toBeUndefined();
    await expect(connect({ ...base, TEMPORAL_TLS_SERVER_NAME: 'other.test' })).rejects.toThrow(
      /for another name.*TEMPORAL_TLS_SERVER_NAME/,
    );
  });

  it('shows its API key, from the variable or from a file, and is told where it is wrong', async () => {
    const { address, authorizations } = await front({ apiKey: () => 'key-of-today' });
    const base = { TEMPORAL_ADDRESS: address, ...caOf(ours) };
    const file = join(folder, 'api-key');
    writeFileSync(file, 'key-of-today\n');
    await connect({ ...base, TEMPORAL_API_KEY: 'key-of-today' });
    await connect({ ...base, TEMPORAL_API_KEY_FILE: file });
    expect([...authorizations]).toEqual(['Bearer key-of-today']);
    const refused = connect({ ...base, TEMPORAL_API_KEY: 'key-of-yesterday' });
    await expect(refused).rejects.toThrow(/unauthenticated/);
    await refused.catch((error: unknown) => expect(String(error)).not.toContain('key-of-yesterday'));
  });
});

it('a key file that is renewed is used at the next request of a client', async () => {
  const file = join(folder, 'renewed');
  let wanted = 'first';
  const { address } = await front({ apiKey: () => wanted });
  writeFileSync(file, 'first');
  const settings = readSettings({ TEMPORAL_ADDRESS: address, ...caOf(ours), TEMPORAL_API_KEY_FILE: file }, folder);
  const connected = await connectClient(settings, address);
  try {
    wanted = 'second';
    writeFileSync(file, 'second');
    await connected.workflowService.describeNamespace({ namespace: 'default' });
  } finally {
    await connected.connection.close();
  }
});
