import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import type { Settings } from '../../shared/runtime/settings';
import { UsageError } from '../usage-error';
import { withFolderLock } from './folder-lock';
import { freePort, isListening } from './ports';
import { commandLineOf, isProcessAlive } from './processes';
import type { ServerRecord } from './state-folder';
import { logPath, readServerRecord, removeServerRecord, writeServerRecord } from './state-folder';

const DEFAULT_PORT = 7233;
const DEFAULT_UI_PORT = 8233;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 100;
/**
 * Held from the choice of a free port until the server listens on it. Of two state folders that start a server at once,
 * the second would else find the first one's server on the port, and take it for its own.
 */
const PORTS_LOCK = join(tmpdir(), `candlewick-ports-${String(userInfo().uid)}`);

export interface RunningServer {
  readonly address: string;
  /** null for a server that we did not start: we do not know where its UI is. */
  readonly uiUrl: string | null;
  readonly startedHere: boolean;
}

/** The server of the settings, of the state folder, or a new detached one with its database in the state folder. */
export async function ensureServer(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  startTimeoutMs = START_TIMEOUT_MS,
): Promise<RunningServer> {
  if (settings.temporalAddress !== null) {
    if (await isListening(settings.temporalAddress))
      return { address: settings.temporalAddress, uiUrl: null, startedHere: false };
    throw new UsageError(
      `nobody answers at the Temporal address ${settings.temporalAddress} (TEMPORAL_ADDRESS); start the server, mend the address, or unset it to have one started here.`,
    );
  }
  return withFolderLock(join(settings.home, 'server-start'), async () => {
    const known = await startedServer(settings.home, startTimeoutMs);
    if (known !== null) return { ...known, startedHere: false };
    const record = await withFolderLock(PORTS_LOCK, () => startServer(settings, env, startTimeoutMs));
    return { ...record, startedHere: true };
  });
}

/** The server that the state folder names; one that is still coming up is waited for, never doubled. */
async function startedServer(home: string, timeoutMs: number): Promise<ServerRecord | null> {
  const record = readServerRecord(home);
  if (record === null || !isServerOf(home, record.pid)) return null;
  const up = await waitUntil(async () => !isProcessAlive(record.pid) || (await isListening(record.address)), timeoutMs);
  if (up) return isProcessAlive(record.pid) ? record : null;
  throw new UsageError(
    `a Temporal server of ${home} (process ${String(record.pid)}) runs but does not answer at ${record.address}; end it with ./candlewick stop.`,
  );
}

/** The server that the state folder names, if it still runs. */
export async function runningServer(home: string): Promise<ServerRecord | null> {
  const record = readServerRecord(home);
  if (record === null || !isServerOf(home, record.pid)) return null;
  return (await isListening(record.address)) ? record : null;
}

/**
 * Stops the server of the state folder; its database stays. Returns whether there was one. A process that merely has the
 * recorded number, after a reboot say, is left alone.
 */
export async function stopServer(home: string): Promise<boolean> {
  const record = readServerRecord(home);
  if (record === null) return false;
  const wasRunning = isServerOf(home, record.pid);
  if (wasRunning) {
    process.kill(record.pid, 'SIGTERM');
    await waitUntil(() => Promise.resolve(!isProcessAlive(record.pid)), STOP_TIMEOUT_MS);
    if (isServerOf(home, record.pid)) process.kill(record.pid, 'SIGKILL');
  }
  removeServerRecord(home);
  return wasRunning;
}

async function startServer(settings: Settings, env: NodeJS.ProcessEnv, timeoutMs: number): Promise<ServerRecord> {
  const temporal = locateNativeParts(env).temporal;
  if (!temporal.found) throw new UsageError(`no Temporal server to start: ${temporal.remedy}`);
  const before = readServerRecord(settings.home);
  const port = await freePort(before === null ? DEFAULT_PORT : Number(before.address.split(':').at(-1)));
  const uiPort = await freePort(before === null ? DEFAULT_UI_PORT : Number(new URL(before.uiUrl).port));
  const log = logPath(settings.home, 'temporal');
  const server = await spawnDetached(temporal.path, serverArguments(settings, port, uiPort), log);
  const record = { pid: server.pid, address: `127.0.0.1:${String(port)}`, uiUrl: `http://127.0.0.1:${String(uiPort)}` };
  // Recorded before it listens: a command that dies now must not leave a server that nobody knows of.
  writeServerRecord(settings.home, record);
  const up = await waitUntil(async () => server.hasEnded() || (await isListening(record.address)), timeoutMs);
  if (!up || server.hasEnded()) {
    await server.kill();
    removeServerRecord(settings.home);
    throw new UsageError(
      `the Temporal server did not come up on port ${String(port)}: ${lastLine(log)} (log: ${log}).`,
    );
  }
  return record;
}

interface DetachedProcess {
  readonly pid: number;
  readonly hasEnded: () => boolean;
  kill(): Promise<void>;
}

async function spawnDetached(program: string, args: readonly string[], log: string): Promise<DetachedProcess> {
  const output = openSync(log, 'a');
  const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  try {
    await once(child, 'spawn');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `the Temporal server ${program} could not be started: ${reason}. Mend CANDLEWICK_TEMPORAL_CLI or run ./candlewick doctor.`,
    );
  }
  child.unref();
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return { pid: child.pid ?? 0, hasEnded, kill: () => killChild(child, hasEnded) };
}

async function killChild(child: ChildProcess, hasEnded: () => boolean): Promise<void> {
  if (hasEnded()) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function serverArguments(settings: Settings, port: number, uiPort: number): readonly string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--namespace', settings.namespace, '--db-filename', databasePath(settings.home), '--log-level', 'warn'],
  ];
}

/** Whether a process is a development server on the database of this state folder. */
function isServerOf(home: string, pid: number): boolean {
  const [, database] = / start-dev .*--db-filename (.+?)(?: --|$)/.exec(commandLineOf(pid)) ?? [];
  return database !== undefined && realPathOf(database) === realPathOf(databasePath(home));
}

function databasePath(home: string): string {
  return join(home, 'temporal.db');
}

/** The same folder may be named through a link. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
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
  const line = readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? '';
  return line === '' ? 'it said nothing' : line;
}
