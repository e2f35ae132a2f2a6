import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import type { Settings } from '../../shared/runtime/settings';
import { UsageError } from '../usage-error';
import { withFolderLock } from './folder-lock';
import { freePort, isListening } from './ports';
import type { ServerRecord } from './state-folder';
import { isProcessAlive, logPath, readServerRecord, removeServerRecord, writeServerRecord } from './state-folder';

const DEFAULT_PORT = 7233;
const DEFAULT_UI_PORT = 8233;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 100;
/**
 * Held from the choice of a free port until the server listens on it. Of two state folders that start a server at once,
 * the second would else find the first one's server on the port, and take it for its own.
 */
const PORTS_LOCK = join(tmpdir(), `candlewick-ports-${String(userInfo().uid)}.lock`);

export interface RunningServer {
  readonly address: string;
  /** null for a server that we did not start: we do not know where its UI is. */
  readonly uiUrl: string | null;
  readonly startedHere: boolean;
}

/** The server of the settings, of the state folder, or a new detached one with its database in the state folder. */
export async function ensureServer(settings: Settings, env: NodeJS.ProcessEnv): Promise<RunningServer> {
  if (settings.temporalAddress !== null) {
    if (await isListening(settings.temporalAddress))
      return { address: settings.temporalAddress, uiUrl: null, startedHere: false };
    throw new UsageError(
      `nobody answers at the Temporal address ${settings.temporalAddress} (TEMPORAL_ADDRESS); start the server, mend the address, or unset it to have one started here.`,
    );
  }
  return withFolderLock(join(settings.home, 'server.lock'), async () => {
    const known = await runningServer(settings.home);
    if (known !== null) return { ...known, startedHere: false };
    const record = await withFolderLock(PORTS_LOCK, () => startServer(settings, env));
    return { ...record, startedHere: true };
  });
}

/** The server that the state folder names, if it still runs. */
export async function runningServer(home: string): Promise<ServerRecord | null> {
  const record = readServerRecord(home);
  if (record === null || !isProcessAlive(record.pid)) return null;
  return (await isListening(record.address)) ? record : null;
}

/** Stops the server of the state folder; its database stays. Returns whether there was one. */
export async function stopServer(home: string): Promise<boolean> {
  const record = readServerRecord(home);
  if (record === null || !isProcessAlive(record.pid)) return false;
  process.kill(record.pid, 'SIGTERM');
  await waitUntil(() => Promise.resolve(!isProcessAlive(record.pid)), STOP_TIMEOUT_MS);
  if (isProcessAlive(record.pid)) process.kill(record.pid, 'SIGKILL');
  removeServerRecord(home);
  return true;
}

async function startServer(settings: Settings, env: NodeJS.ProcessEnv): Promise<ServerRecord> {
  const temporal = locateNativeParts(env).temporal;
  if (!temporal.found) throw new UsageError(`no Temporal server to start: ${temporal.remedy}`);
  const before = readServerRecord(settings.home);
  const port = await freePort(before === null ? DEFAULT_PORT : Number(before.address.split(':')[1]));
  const uiPort = await freePort(before === null ? DEFAULT_UI_PORT : Number(new URL(before.uiUrl).port));
  const log = logPath(settings.home, 'temporal');
  const output = openSync(log, 'a');
  const server = spawn(temporal.path, serverArguments(settings, port, uiPort), {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  server.unref();
  if (server.pid === undefined)
    throw new UsageError(`the Temporal server ${temporal.path} could not be started; run ./candlewick doctor.`);
  const record = { pid: server.pid, address: `127.0.0.1:${String(port)}`, uiUrl: `http://127.0.0.1:${String(uiPort)}` };
  const up = await waitUntil(
    async () => server.exitCode !== null || (await isListening(record.address)),
    START_TIMEOUT_MS,
  );
  if (!up || server.exitCode !== null) {
    throw new UsageError(
      `the Temporal server did not come up on port ${String(port)}: ${lastLine(log)} (log: ${log}).`,
    );
  }
  writeServerRecord(settings.home, record);
  return record;
}

function serverArguments(settings: Settings, port: number, uiPort: number): readonly string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--namespace', settings.namespace, '--db-filename', join(settings.home, 'temporal.db'), '--log-level', 'warn'],
  ];
}

async function waitUntil(isTrue: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + timeoutMs;
  while (Date.now() < deadlineMs) {
    if (await isTrue()) return true;
    await sleep(POLL_MS);
  }
  return false;
}

function lastLine(path: string): string {
  return readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? 'it said nothing';
}
