import { fork, type ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { Result } from '../domain/core/result';
import { isChildMessage, type ParentMessage } from './messages';
import type { ProcessMemory } from './process-memory';
import { keepTail } from './tail-buffer';

export interface TrainerChildOptions {
  /** The JavaScript file that calls `serveJobs`. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[];
  /** A command and its arguments to start Node under, such as `prlimit`; empty: none. */
  readonly under: readonly string[];
  readonly readMemory: (pid: number) => Promise<ProcessMemory | null>;
}

/** How a child ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdoutTail: string;
  readonly stderrTail: string;
  /** At the last sample; null where it was never sampled. */
  readonly lastMemory: ProcessMemory | null;
}

export type JobOutcome =
  { readonly kind: 'answered'; readonly result: Result<unknown> } | { readonly kind: 'died'; readonly end: ChildEnd };

/** Between SIGTERM and SIGKILL. */
export interface StopGrace {
  readonly killMs: number;
  /** Where the job under way said that it saves before it stops. */
  readonly saveMs: number;
}

/** One trainer child, alive or dead. */
export interface TrainerChild {
  readonly pid: number | null;
  /** Computes one job at a time. Never throws: a child that dies is an outcome. */
  run(job: unknown, onProgress: (progress: unknown) => void, onAside?: (aside: unknown) => void): Promise<JobOutcome>;
  /** Hears what it says on its standard error from now on; answers with how to stop hearing. */
  hear(listener: (text: string) => void): () => void;
  /** Lets it load its libraries before the first job. */
  warm(): void;
  /** Whether a job is under way. */
  isBusy(): boolean;
  /** SIGTERM, then SIGKILL, to the child's whole process group. Settles when it is gone. */
  stop(grace: StopGrace): Promise<void>;
  /** Settles when the process is gone and its last words are read. */
  readonly ended: Promise<ChildEnd>;
}

const TAIL_BYTES = 8 * 1024;
const MEMORY_SAMPLE_MS = 100;
/** A child closes its channel while it dies; one that closed it and lives on is given this long. */
const DISCONNECT_GRACE_MS = 1_000;
/** A descendant that keeps the pipes open must not keep the pool waiting. */
const CLOSE_DEADLINE_MS = 2_000;

/**
 * Starts a trainer child in its own process group, so that a Ctrl-C in the terminal does not reach it, with its output
 * captured. It ends when its IPC channel closes, hence also when this process is killed.
 */
export function startTrainerChild({ entry, env, execArgv, under, readMemory }: TrainerChildOptions): TrainerChild {
  // Whatever it starts under hands its place over to Node: one process, one id, one channel.
  const [execPath = process.execPath, ...prefix] = under;
  const child = fork(entry, [], {
    execPath,
    detached: true,
    // Typed arrays and NaN survive; JSON would lose both.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env,
    execArgv: under.length === 0 ? [...execArgv] : [...prefix, process.execPath, ...execArgv],
  });
  const stdout = keepTail(child.stdout, TAIL_BYTES);
  const stderr = keepTail(child.stderr, TAIL_BYTES);
  let lastMemory: ProcessMemory | null = null;
  let startFault = '';
  let savesBeforeItStops = false;
  let isBusy = false;

  const ended = endOf(child, (error) => (startFault = error.message)).then(({ code, signal }) => ({
    code,
    signal,
    stdoutTail: stdout.read(),
    stderrTail: stderr.read() + startFault,
    lastMemory,
  }));
  killWhenDisconnected(child);

  return {
    pid: child.pid ?? null,
    ended,
    run: async (job, onProgress, onAside = () => undefined) => {
      isBusy = true;
      const stopSampling = sampleMemory(child.pid, readMemory, (memory) => (lastMemory = memory));
      try {
        return await Promise.race([
          askChild(child, job, { onProgress, onAside, onStoppable: () => (savesBeforeItStops = true) }),
          ended.then((end): JobOutcome => ({ kind: 'died', end })),
        ]);
      } finally {
        isBusy = false;
        savesBeforeItStops = false;
        stopSampling();
      }
    },
    isBusy: () => isBusy,
    hear: (listener) => {
      const decoder = new StringDecoder('utf8');
      const listen = (chunk: Buffer): void => listener(decoder.write(chunk));
      child.stderr?.on('data', listen);
      return () => void child.stderr?.off('data', listen);
    },
    warm: () => send(child, { kind: 'warm' }),
    stop: async ({ killMs, saveMs }) => {
      if (!hasExited(child)) signalGroup(child, 'SIGTERM');
      const deadline = setTimeout(() => signalGroup(child, 'SIGKILL'), savesBeforeItStops ? saveMs : killMs);
      await ended;
      clearTimeout(deadline);
    },
  };
}

interface JobListener {
  readonly onProgress: (progress: unknown) => void;
  readonly onAside: (aside: unknown) => void;
  readonly onStoppable: () => void;
}

function askChild(
  child: ChildProcess,
  job: unknown,
  { onProgress, onAside, onStoppable }: JobListener,
): Promise<JobOutcome> {
  return new Promise((resolve) => {
    const listen = (message: unknown): void => {
      if (!isChildMessage(message)) return;
      switch (message.kind) {
        case 'progress':
          onProgress(message.progress);
          break;
        case 'aside':
          onAside(message.aside);
          break;
        case 'stoppable':
          onStoppable();
          break;
        case 'result':
          child.off('message', listen);
          resolve({ kind: 'answered', result: message.result });
          break;
      }
    };
    child.on('message', listen);
    send(child, { kind: 'run', job });
  });
}

/** What cannot be sent leaves a child that will never answer. */
function send(child: ChildProcess, message: ParentMessage): void {
  child.send(message, (error) => {
    if (error !== null) signalGroup(child, 'SIGKILL');
  });
}

interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function endOf(child: ChildProcess, onStartFault: (error: Error) => void): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      onStartFault(error);
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
    child.on('exit', (code, signal) => {
      signalGroup(child, 'SIGKILL');
      const deadline = setTimeout(() => resolve({ code, signal }), CLOSE_DEADLINE_MS);
      child.on('close', () => {
        clearTimeout(deadline);
        resolve({ code, signal });
      });
    });
  });
}

/** Without its channel a child can neither answer nor be asked. */
function killWhenDisconnected(child: ChildProcess): void {
  child.on('disconnect', () => {
    const deadline = setTimeout(() => {
      if (!hasExited(child)) signalGroup(child, 'SIGKILL');
    }, DISCONNECT_GRACE_MS);
    child.on('exit', () => clearTimeout(deadline));
    if (hasExited(child)) clearTimeout(deadline);
  });
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Signals the child's process group; a group that is gone already is what was wanted. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

function sampleMemory(
  pid: number | undefined,
  readMemory: TrainerChildOptions['readMemory'],
  keep: (memory: ProcessMemory) => void,
): () => void {
  if (pid === undefined) return () => undefined;
  const sample = async (): Promise<void> => {
    const memory = await readMemory(pid);
    if (memory !== null) keep(memory);
  };
  void sample();
  const timer = setInterval(() => void sample(), MEMORY_SAMPLE_MS);
  return () => clearInterval(timer);
}
