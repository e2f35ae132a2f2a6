import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Fault, Result } from '../../domain/core/result';
import { isErrorCode } from '../../shared/names/errors';
import { classifyText } from '../classify-exit';
import { isParentMessage, type ChildMessage } from '../messages';
import { startJob, type JobLifetime, type RunningJob } from './lifetime';

export type { JobLifetime } from './lifetime';

/** What a trainer child does with a job. May throw: the error becomes a fault. */
export type HandleJob = (
  job: unknown,
  onProgress: (progress: unknown) => void,
  lifetime: JobLifetime,
) => Promise<Result<unknown>>;

export interface ServeOptions {
  /** Loads what the first job will need. What it throws is left to that job to find out. */
  readonly warm?: () => Promise<unknown>;
}

/**
 * Makes this process a trainer child: it computes the jobs that its parent sends, one after the other, and ends by itself
 * as soon as the parent is gone. SIGTERM ends it at once, except while a job runs that said it can stop: that one saves and
 * answers `Cancelled` first. SIGINT is ignored: a Ctrl-C reaches the whole terminal, and the parent decides.
 */
export function serveJobs(handle: HandleJob, options: ServeOptions = {}): void {
  if (!process.connected) throw new Error('A trainer child is started by its pool, with an IPC channel.');
  let last: Promise<unknown> = Promise.resolve();
  let running: RunningJob | null = null;

  const run = async (given: unknown): Promise<void> => {
    const job = startJob(() => void tell({ kind: 'stoppable' }));
    running = job;
    const onProgress = (progress: unknown): void => {
      // A computation that never yields does not hear the channel close: where it reports, it looks for itself.
      if (process.ppid !== parentPid) job.leave();
      void tell({ kind: 'progress', progress });
    };
    const result = await answer(() => handle(given, onProgress, job.lifetime));
    // A signal that came with the end is heard in this turn of the event loop, before nobody listens any more.
    await nextTurn();
    const leaves = job.end();
    running = null;
    await tell({ kind: 'result', result });
    if (leaves) process.exit(0);
  };
  process.on('message', (message) => {
    if (!isParentMessage(message)) return;
    if (message.kind === 'run') last = last.then(() => run(message.job));
    else if (message.kind === 'warm') last = last.then(options.warm).catch(() => undefined);
    else running?.stop();
  });
  process.on('disconnect', () => (running === null ? process.exit(0) : running.leave()));
  process.on('SIGINT', () => undefined);
}

async function answer(compute: () => Promise<Result<unknown>>): Promise<Result<unknown>> {
  try {
    return await compute();
  } catch (error) {
    return { ok: false, fault: faultOf(error) };
  }
}

/**
 * The fault of an error: its own code and details where its code is one of the error table, else what its text says of the
 * machine, else `Unexpected`; then with its stack.
 */
function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { code: 'Unexpected', message: String(error) };
  const { message, stack } = error;
  const own = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (!isErrorCode(own))
    return { code: classifyText(`${own} ${message}`) ?? 'Unexpected', message, details: { stack } };
  const details = 'details' in error && isDetails(error.details) ? error.details : null;
  return details === null ? { code: own, message } : { code: own, message, details };
}

function isDetails(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Says something besides to whoever watches the job under way; between jobs nobody does. */
export function tellAside(aside: unknown): void {
  void tell({ kind: 'aside', aside });
}

const parentPid = process.ppid;

/** Settles when the message is on its way, or cannot be any more: the parent may be gone in this very moment. */
function tell(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
