import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { QUICK_RUN, barFile } from '../support/bar-files';
import { createAuthority } from '../support/certificates';
import { openCliHome, type CliHome } from '../support/cli';
import { S3_SECRET_KEY, startS3Server, type S3Server } from '../support/s3-server';
import { startTemporalServer } from '../support/temporal-server';
import { startTlsFront, type TlsFront } from '../support/tls-front';

/** Every secret that can be configured, planted. None may be found anywhere afterwards. */
const PAYLOAD_KEY = randomBytes(32);
const PLANTED: Readonly<Record<string, string>> = {
  apiKey: `planted-api/${randomBytes(9).toString('hex')}`,
  vendorKey: `planted-vendor+${randomBytes(9).toString('hex')}`,
  webhook: `https://hooks.example/planted-webhook-${randomBytes(9).toString('hex')}`,
  webhookSigning: `planted-signing ${randomBytes(9).toString('hex')}`,
  codecToken: `planted-codec-${randomBytes(9).toString('hex')}`,
  payloadKey: PAYLOAD_KEY.toString('base64'),
  payloadKeyHex: PAYLOAD_KEY.toString('hex'),
  s3Secret: S3_SECRET_KEY,
};

jest.setTimeout(400_000);
const folder = mkdtempSync(join(tmpdir(), 'candlewick-secrets-'));
const said: string[] = [];
const asked: string[] = [];
let server: TestWorkflowEnvironment | undefined;
let front: TlsFront | undefined;
let s3: S3Server | undefined;
let vendor: Server | undefined;
let home: CliHome | undefined;
let env: Record<string, string> = {};

beforeAll(async () => {
  server = await startTemporalServer();
  const authority = createAuthority(folder, 'authority');
  front = await startTlsFront({
    backend: server.address,
    server: authority.sign('temporal.test'),
    clientAuthority: null,
    apiKey: () => PLANTED.apiKey!,
  });
  s3 = await startS3Server();
  // A vendor that refuses, and says in its answer what it was sent: as some do.
  vendor = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(400, { 'content-type': 'text/plain' });
    response.end(`bad request: ${request.url ?? ''} ${JSON.stringify(request.headers)}`);
  });
  await new Promise<void>((resolve) => vendor?.listen(0, '127.0.0.1', () => resolve()));
  home = await openCliHome();
  env = {
    ...s3.env,
    CANDLEWICK_STORE: 's3://candlewick/secrets',
    CANDLEWICK_SOURCE_ROOTS: home.folder,
    CANDLEWICK_VENDOR_HOSTS: '127.0.0.1',
    CANDLEWICK_LOG_LEVEL: 'debug',
    TEMPORAL_ADDRESS: front.address,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.certificate,
    TEMPORAL_API_KEY: PLANTED.apiKey!,
    CANDLEWICK_PAYLOAD_KEYS: 'payload-2026-11',
    CANDLEWICK_SECRET_PAYLOAD_2026_11: PLANTED.payloadKey!,
    CANDLEWICK_SECRET_VENDOR_KEY: PLANTED.vendorKey!,
    CANDLEWICK_SECRET_ALERT_URL: PLANTED.webhook!,
    CANDLEWICK_SECRET_ALERT_SIGNING: PLANTED.webhookSigning!,
    CANDLEWICK_SECRET_CODEC_TOKEN: PLANTED.codecToken!,
  };
  home.write('bars/AAA.csv', barFile(1));
  home.write('run.yaml', QUICK_RUN);
  const { port } = vendor.address() as AddressInfo;
  home.write(
    'vendor.yaml',
    `${QUICK_RUN}source:\n  kind: http\n  vendor: echo\n  symbols: [AAA]\n  bars: { url: 'http://127.0.0.1:${String(port)}/bars?symbol={symbol}', format: json }\n  key: { secret: vendor-key, in: query, name: signature }\n`,
  );
});

afterAll(async () => {
  await home?.close();
  await front?.close();
  await s3?.close();
  await new Promise((resolve) => vendor?.close(resolve) ?? resolve(null));
  await server?.teardown();
  rmSync(folder, { recursive: true, force: true });
});

async function cli(...args: string[]): Promise<number | null> {
  const { exitCode, stdout, stderr } = await home!.cli(args, env);
  said.push(stdout, stderr);
  return exitCode;
}

/** A secret as it may stand somewhere: plain, in base64 (at each of three offsets), in hexadecimal, escaped. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // What the neighbours' bits have touched is left out.
    return text.slice(offset === 0 ? 0 : offset + 1, -2);
  });
  return [
    ...[secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('hex')],
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** Names of the secrets that occur in the text, and of where. */
function leaks(where: string, text: string): readonly string[] {
  return Object.entries(PLANTED).flatMap(([name, secret]) =>
    formsOf(secret).some((form) => text.includes(form)) ? [`${name} in ${where}`] : [],
  );
}

function filesBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile());
}

/** A file's own bytes, and unpacked where it is packed. */
function textOf(path: string): string {
  const raw = readFileSync(path);
  const unpack = spawnSync('gzip', ['-dc'], { input: raw, maxBuffer: 2 ** 28 });
  return `${raw.toString('latin1')}\n${unpack.stdout.toString('latin1')}`;
}

it('finds what is planted, in every form', () => {
  for (const [name, secret] of Object.entries(PLANTED)) {
    for (const text of [
      secret,
      Buffer.from(`{"a":"${secret}"}`).toString('base64'),
      Buffer.from(`{"ab":"${secret}"}`).toString('base64'),
      Buffer.from(`{"abc":"${secret}"}`).toString('base64'),
      `?key=${encodeURIComponent(secret)}`,
    ]) {
      expect(leaks('here', `before ${text} after`)).toContain(`${name} in here`);
    }
  }
});

it('after a run that is done and one that fails, no secret lies in state, store, logs, output or histories', async () => {
  expect(await cli('run', '--config', 'run.yaml', '--source', 'bars/AAA.csv', '--id', 'well')).toBe(0);
  expect(await cli('run', '--config', 'vendor.yaml', '--id', 'ill')).not.toBe(0);
  for (const args of [['status', 'ill'], ['failures', 'ill'], ['report', 'ill'], ['doctor'], ['status', '--json']]) {
    await cli(...args);
  }
  const client = new Client({ connection: server!.connection });
  const histories: string[] = [];
  const { executions } = await client.workflowService.listWorkflowExecutions({ namespace: 'default' });
  for (const { execution } of executions) {
    const text = historyToJSON(await client.workflow.getHandle(execution?.workflowId ?? '').fetchHistory());
    const unpacked = Array.from(text.matchAll(/"([A-Za-z0-9+/=]{8,})"/g), ([, data]) =>
      Buffer.from(data!, 'base64').toString('latin1'),
    );
    histories.push(text, ...unpacked);
  }
  expect(histories.length).toBeGreaterThan(2);
  // The failing activity did reach the vendor with its key: else nothing was put to the test.
  expect(asked.join('\n')).toContain('planted-vendor');

  const [state, store] = [filesBelow(home!.home), filesBelow(s3!.folder)];
  expect(state.length).toBeGreaterThan(2);
  expect(store.length).toBeGreaterThan(10);
  const found = [
    ...leaks('the output of commands', said.join('\n')),
    ...leaks('histories', histories.join('\n')),
    ...state.flatMap((path) => leaks(path, textOf(path))),
    ...store.flatMap((path) => leaks(path, textOf(path))),
  ];
  expect(found).toEqual([]);
});
