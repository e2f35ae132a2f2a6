import { fail, type Result } from '../domain/core/result';
import { classifyExit, type ChildExit } from './classify-exit';
import { writeCrashLog } from './crash-log';
import { memoryCap } from './memory-cap';
import { readOomKillCount, readProcessMemory, type ProcessMemory } from './process-memory';
import { startTrainerChild, type ChildEnd, type JobOutcome, type TrainerChild } from './trainer-child';

export interface TrainerPoolOptions {
  /** Children at most, and so jobs at once. Each is started when it is first needed and kept warm. */
  readonly size: number;
  /** The JavaScript file that calls `serveJobs`. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  /** What a child's environment holds besides, by its place (0 to size - 1): the device it may use, say. */
  readonly envOfPlace?: (place: number) => NodeJS.ProcessEnv;
  /** Flags of Node for the children, such as `--max-old-space-size`. */
  readonly execArgv?: readonly string[];
  /**
   * What a child may use; null: not known. Where the system can, more is refused to it (see `memoryCap`); everywhere it tells
   * an end for want of memory from another.
   */
  readonly memoryLimitBytes: number | null;
  /** False: the limit only tells ends apart. */
  readonly enforcesMemoryLimit?: boolean;
  /** Where the last words of children that died are kept. */
  readonly logDir: string;
  /** Between SIGTERM and SIGKILL; 5 s unless told. */
  readonly killGraceMs?: number;
  /** The same where the job under way saves before it stops; 20 s unless told. */
  readonly saveGraceMs?: number;
  /** The kernel's count of kills for memory; null: not told. */
  readonly readOomKills?: () => number | null;
  /** Memory of a child; null: not told. */
  readonly readMemory?: (pid: number) => Promise<ProcessMemory | null>;
  /** Told of every child that is started, and of every one that died over its work, with the code of why. */
  readonly onChild?: (event: { readonly kind: 'started' } | { readonly kind: 'died'; readonly code: string }) => void;
}

/** A child as it stands. */
export interface PoolChild {
  readonly place: number;
  readonly pid: number | null;
  readonly state: 'busy' | 'idle';
}

export interface RunOptions<Progress> {
  readonly onProgress: (progress: Progress) => void;
  /** What the child says besides (see `tellAside`). */
  readonly onAside?: (aside: unknown) => void;
  /** What the child says on its standard error while it computes this job, and until it is gone where the job fails. */
  readonly onStderr?: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A warm pool of trainer children. */
export interface TrainerPool<Job extends { readonly id: string }, Output, Progress> {
  /**
   * Computes a job in a child of its own, waiting for a free one in order of arrival. Never throws. The fault is the child's
   * own answer, `Cancelled` where `signal` said so or the pool was closed (a job that can stop saves first), or why the child
   * died (`OutOfMemory`, `DeviceFailure`, `TrainerCrashed`) with its last words in the details. After any failure the child is
   * replaced.
   */
  run(job: Job, options: RunOptions<Progress>): Promise<Result<Output>>;
  /** Starts a child ahead of the next job, so that it loads its libraries meanwhile; nothing where one stands by. */
  warm(): void;
  /** The children that are alive. */
  children(): readonly PoolChild[];
  /** Stops everything and settles when no child is left and every `run` is answered. */
  close(): Promise<void>;
}

const DEFAULT_KILL_GRACE_MS = 5_000;
const DEFAULT_SAVE_GRACE_MS = 20_000;

export function createTrainerPool<Job extends { readonly id: string }, Output, Progress>(
  options: TrainerPoolOptions,
): TrainerPool<Job, Output, Progress> {
  const readOomKills = options.readOomKills ?? readOomKillCount;
  const grace = {
    killMs: options.killGraceMs ?? DEFAULT_KILL_GRACE_MS,
    saveMs: options.saveGraceMs ?? DEFAULT_SAVE_GRACE_MS,
  };
  const { memoryLimitBytes, enforcesMemoryLimit = true } = options;
  const cap = memoryLimitBytes === null || !enforcesMemoryLimit ? null : memoryCap(memoryLimitBytes, options.env);
  const alive = new Set<TrainerChild>();
  const idle: TrainerChild[] = [];
  const unsettled = new Set<Promise<unknown>>();
  const closing = new AbortController();
  const slots = createSlots(options.size);

  const places = new Map<TrainerChild, number>();
  const start = (): TrainerChild => {
    const place = firstFree(places.values());
    const child = startTrainerChild({
      entry: options.entry,
      env: { ...options.env, ...options.envOfPlace?.(place) },
      execArgv: options.execArgv ?? [],
      under: cap ?? [],
      readMemory: options.readMemory ?? readProcessMemory,
    });
    alive.add(child);
    places.set(child, place);
    options.onChild?.({ kind: 'started' });
    void child.ended.then(() => {
      alive.delete(child);
      places.delete(child);
      const index = idle.indexOf(child);
      if (index >= 0) idle.splice(index, 1);
    });
    return child;
  };

  const runInChild = async (job: Job, options: RunOptions<Progress>, signal: AbortSignal): Promise<Result<Output>> => {
    const child = idle.pop() ?? start();
    const hearNoMore = child.hear(options.onStderr ?? ignore);
    try {
      return await runHeard(child, job, options, signal);
    } finally {
      hearNoMore();
    }
  };

  const runHeard = async (
    child: TrainerChild,
    job: Job,
    { onProgress, onAside }: RunOptions<Progress>,
    signal: AbortSignal,
  ): Promise<Result<Output>> => {
    const oomKillsBefore = readOomKills();
    const stop = (): void => void child.stop(grace);
    signal.addEventListener('abort', stop, { once: true });
    // What the child sends is what `entry`, our own code, computed: its types are those of this pool.
    const outcome = await child.run(job, (progress) => onProgress(progress as Progress), onAside);
    signal.removeEventListener('abort', stop);
    if (signal.aborted) {
      // Told once more: the first SIGTERM is lost where the job ended by itself in that moment.
      if (outcome.kind === 'answered') await child.stop(grace);
      await child.ended;
      // What was finished just before, or saved on the way out, is the child's to tell.
      return outcome.kind === 'answered' ? (outcome.result as Result<Output>) : cancelled(job.id);
    }
    if (outcome.kind === 'answered') {
      if (outcome.result.ok) idle.push(child);
      else await child.stop(grace);
      return outcome.result as Result<Output>;
    }
    const rose = (readOomKills() ?? 0) > (oomKillsBefore ?? 0);
    const known = { memoryLimitBytes, isLimitEnforced: cap !== null, oomKillCounterRose: rose };
    const fault = await died(job.id, child, outcome, known, options.logDir);
    if (!fault.ok) options.onChild?.({ kind: 'died', code: fault.fault.code });
    return fault;
  };

  const runInSlot = async (job: Job, given: RunOptions<Progress>): Promise<Result<Output>> => {
    const signal = AbortSignal.any([given.signal, closing.signal]);
    if (!(await slots.take(signal))) return cancelled(job.id);
    try {
      return await runInChild(job, given, signal);
    } finally {
      slots.give();
    }
  };

  return {
    run: (job, given) => {
      const running = runInSlot(job, given).finally(() => unsettled.delete(running));
      unsettled.add(running);
      return running;
    },
    warm: () => {
      if (closing.signal.aborted) return;
      for (const child of idle) child.warm();
      if (idle.length > 0 || alive.size >= options.size) return;
      const child = start();
      child.warm();
      idle.push(child);
    },
    children: () =>
      [...alive].map((child) => ({
        place: places.get(child) ?? 0,
        pid: child.pid,
        state: child.isBusy() ? 'busy' : 'idle',
      })),
    close: async () => {
      closing.abort();
      await Promise.all([...alive].map((child) => child.stop(grace)));
      await Promise.allSettled(unsettled);
    },
  };
}

function ignore(): void {
  // Nobody wants to hear it.
}

/** The lowest number that is not taken. */
function firstFree(taken: Iterable<number>): number {
  const all = new Set(taken);
  let place = 0;
  while (all.has(place)) place += 1;
  return place;
}

async function died(
  jobId: string,
  child: TrainerChild,
  { end }: Extract<JobOutcome, { kind: 'died' }>,
  known: Pick<ChildExit, 'memoryLimitBytes' | 'isLimitEnforced' | 'oomKillCounterRose'>,
  logDir: string,
): Promise<Result<never>> {
  const code = classifyExit({ ...end, ...known });
  const log = await writeCrashLog(logDir, jobId, child.pid, end);
  const words = lastWords(end);
  const limit = code === 'OutOfMemory' && known.isLimitEnforced ? limitOf(known.memoryLimitBytes) : '';
  return fail(
    code,
    `The trainer process ${child.pid ?? '(not started)'} of ${jobId} ended by ${howEnded(end)} before it answered${limit}${words === '' ? '' : `; its last words: ${words}`}.`,
    {
      exitCode: end.code,
      signal: end.signal,
      ...end.lastMemory,
      ...known,
      stderrTail: end.stderrTail.slice(-MAX_TAIL_IN_DETAILS),
      log,
    },
  );
}

const MAX_TAIL_IN_DETAILS = 1_000;
const MAX_WORDS = 300;

function howEnded({ code, signal }: ChildEnd): string {
  if (signal !== null) return signal;
  return code === null ? 'not starting' : `exit code ${code}`;
}

/** The line of standard error that says most: V8's or the library's verdict, else an error's, else the last one. */
function limitOf(bytes: number | null): string {
  return bytes === null ? '' : `, with a memory limit of ${String(Math.round(bytes / 1024 ** 2))} MB`;
}

/** Frames of a stack, and what TensorFlow says at every start. */
const NO_WORDS = /^\s*(@|\d+:) +0x|^[IW]\d{4} |^WARNING: All log messages/;

function lastWords({ stderrTail }: ChildEnd): string {
  const lines = stderrTail.split('\n').filter((line) => line.trim() !== '' && !NO_WORDS.test(line));
  const verdict = lines.findLast((line) => /FATAL|\[Fatal\]|^\w*Error\b|what\(\):|^F\d{4} |Check failed/.test(line));
  return (verdict ?? lines.at(-1) ?? '').trim().slice(0, MAX_WORDS);
}

function cancelled(jobId: string): Result<never> {
  return fail('Cancelled', `The fit ${jobId} was stopped before it was done; nothing of it was kept.`);
}

/** Places for so many jobs at once; those who wait are served in order. */
function createSlots(size: number): { take(signal: AbortSignal): Promise<boolean>; give(): void } {
  let free = Math.max(1, size);
  const waiting: (() => void)[] = [];
  return {
    take: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve(false);
          return;
        }
        if (free > 0) {
          free -= 1;
          resolve(true);
          return;
        }
        const leave = (): void => {
          waiting.splice(waiting.indexOf(enter), 1);
          resolve(false);
        };
        const enter = (): void => {
          signal.removeEventListener('abort', leave);
          resolve(true);
        };
        waiting.push(enter);
        signal.addEventListener('abort', leave, { once: true });
      }),
    give: () => {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
