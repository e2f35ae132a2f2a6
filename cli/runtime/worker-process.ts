import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { WorkerRole } from '../../shared/names/worker-roles';
import type { Settings } from '../../shared/runtime/settings';
import { logPath } from './state-folder';

const WORKER_ENTRY = join(__dirname, '..', '..', 'workers', 'main.js');
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 45_000;

export interface RunningWorker {
  readonly pid: number;
  readonly log: string;
  /** Ends with the process, whoever ended it. */
  readonly exited: Promise<void>;
  /** Lets activities in flight be handed back, then ends the process. */
  stop(): Promise<void>;
}

/** What a worker is put under: a program and its first arguments, which ends by becoming the command that follows. */
export type Wrapping = readonly [program: string, ...args: string[]];

/**
 * Starts a worker of its own process group (a terminal's Ctrl-C reaches only us, and we stop it in order). It ends by
 * itself when this process dies, so that no command leaves a worker behind.
 */
export async function startWorker(
  settings: Settings,
  address: string,
  env: NodeJS.ProcessEnv,
  role: WorkerRole = 'all',
  wrapping: Wrapping | null = null,
): Promise<RunningWorker> {
  const log = logPath(settings.home, `worker-${new Date().toISOString().replace(/[:.]/g, '-')}-${String(process.pid)}`);
  const output = openSync(log, 'a');
  const node = ['--enable-source-maps', '--no-warnings'];
  const [program, ...before]: Wrapping = wrapping === null ? [process.execPath] : [...wrapping, process.execPath];
  const child = fork(WORKER_ENTRY, ['--role', role], {
    detached: true,
    env: {
      ...env,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: settings.namespace,
      CANDLEWICK_HOME: settings.home,
      CANDLEWICK_STORE: settings.storeRoot,
      CANDLEWICK_SOURCE_ROOTS: env.CANDLEWICK_SOURCE_ROOTS ?? rootsOf(settings),
      CANDLEWICK_VENDOR_HOSTS: env.CANDLEWICK_VENDOR_HOSTS ?? hostsOf(settings),
    },
    execPath: program,
    execArgv: [...before, ...node],
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  const exited = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  await untilReady(child, exited, log);
  return { pid: child.pid ?? -1, log, exited, stop: () => stopChild(child, exited) };
}

/**
 * A server of our own takes runs from this machine's user alone, who may read what he names: nothing bounds him. On a
 * server that others reach too, a worker reads below its working directory and asks no vendor unless it is told otherwise.
 */
function rootsOf({ temporalAddress, sourceRoots }: Settings): string {
  return temporalAddress === null ? '/' : sourceRoots.join(delimiter);
}

function hostsOf({ temporalAddress }: Settings): string {
  return temporalAddress === null ? '*' : '';
}

async function untilReady(child: ChildProcess, exited: Promise<void>, log: string): Promise<void> {
  const ready = new Promise<'ready'>((resolve) => {
    child.on('message', (message: { type?: string }) => {
      if (message.type === 'ready') resolve('ready');
    });
  });
  const timeout = new Promise<'timeout'>(
    (resolve) => void setTimeout(() => resolve('timeout'), READY_TIMEOUT_MS).unref(),
  );
  const outcome = await Promise.race([ready, timeout, exited.then(() => 'exited' as const)]);
  if (outcome === 'ready') return;
  if (outcome === 'timeout') child.kill('SIGKILL');
  throw new Error(`the worker did not start (${outcome}); its last words are in ${log}`);
}

async function stopChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
