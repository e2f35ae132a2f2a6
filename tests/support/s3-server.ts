import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../cli/runtime/ports';
import { nativeCacheFolder } from '../../shared/runtime/native-parts';
import type { S3StoreLocation } from '../../shared/runtime/settings/store-settings';

export const S3_ACCESS_KEY = 'candlewick-test-key';
export const S3_SECRET_KEY = 'candlewick-test-secret-0123456789';
export const S3_BUCKET = 'candlewick';

/** A real S3 server (versitygw) on loopback, whose buckets are folders of a temporary one. */
export interface S3Server {
  readonly pid: number;
  readonly endpoint: string;
  /** The folder of the bucket: an object is the file of its key. */
  readonly folder: string;
  /** What processes of a test need in their environment, besides CANDLEWICK_STORE. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the server and takes its folder away. */
  close(): Promise<void>;
}

/** Starts one; throws what to do where no server program is found: these tests are not skipped. */
export async function startS3Server(): Promise<S3Server> {
  const program = s3ServerProgram(process.env);
  const root = mkdtempSync(join(tmpdir(), 'candlewick-s3-'));
  const folder = join(root, 'buckets', S3_BUCKET);
  mkdirSync(folder, { recursive: true });
  const port = await freePort(0);
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const args = [
    '--port',
    `127.0.0.1:${String(port)}`,
    '--health',
    '/health',
    '--quiet',
    'posix',
    join(root, 'buckets'),
  ];
  const child = spawn(program, args, {
    // Sidecar and versions are off: a bucket is nothing but its files.
    env: { PATH: process.env.PATH, ROOT_ACCESS_KEY: S3_ACCESS_KEY, ROOT_SECRET_KEY: S3_SECRET_KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const words: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => words.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => words.push(chunk));
  const exited = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await untilHealthy(endpoint, () => child.exitCode !== null);
  } catch {
    await close();
    throw new Error(`the S3 server ${program} did not start: ${Buffer.concat(words).toString().slice(-500)}`);
  }
  return { pid: child.pid ?? -1, endpoint, folder, env: s3Environment(endpoint), close };
}

/** The environment of a process that uses a server of these tests, directly or through a proxy. */
export function s3Environment(endpoint: string): Readonly<Record<string, string>> {
  return {
    CANDLEWICK_S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: S3_ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: S3_SECRET_KEY,
    // No test may wait for the credentials of a cloud machine.
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

export function s3Location(endpoint: string, prefix: string, changes: Partial<S3StoreLocation> = {}): S3StoreLocation {
  return {
    kind: 's3',
    bucket: S3_BUCKET,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region: 'us-east-1',
    endpoint,
    pathStyle: true,
    attempts: 8,
    timeoutMs: 10_000,
    secrets: (name) => {
      if (name === 's3-access-key') return S3_ACCESS_KEY;
      if (name === 's3-secret-key') return S3_SECRET_KEY;
      throw new Error(`the secret '${name}' is not there`);
    },
    ...changes,
  };
}

function s3ServerProgram(env: NodeJS.ProcessEnv): string {
  const recorded = recordedPath(env);
  const onPath = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'versitygw'));
  const found = [env.CANDLEWICK_S3_SERVER ?? '', recorded, ...onPath].find((path) => path !== '' && existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'no S3 server for the tests: run them by `npm test`, which sets one up (versitygw, built with Go), or point CANDLEWICK_S3_SERVER at one',
  );
}

/** As the set-up of the tests noted it. */
function recordedPath(env: NodeJS.ProcessEnv): string {
  try {
    const manifest = JSON.parse(readFileSync(join(nativeCacheFolder(env), 'native.json'), 'utf8')) as {
      parts?: Record<string, { path?: string }>;
    };
    return manifest.parts?.versitygw?.path ?? '';
  } catch {
    return '';
  }
}

async function untilHealthy(endpoint: string, isOver: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  for (;;) {
    const healthy = await fetch(`${endpoint}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return;
    if (isOver() || Date.now() > deadlineMs) throw new Error('not healthy');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
