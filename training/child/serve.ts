import type { Fault, Result } from '../../domain/core/result';
import { isErrorCode } from '../../shared/names/errors';
import { classifyText } from '../classify-exit';
import { isRunMessage, type ChildMessage } from '../messages';

/** What a trainer child does with a job. May throw: the error becomes a fault. */
export type HandleJob = (job: unknown, onProgress: (progress: unknown) => void) => Promise<Result<unknown>>;

/**
 * Makes this process a trainer child: it computes the jobs that its parent sends, one after the other, and ends by itself
 * as soon as the parent is gone. SIGTERM keeps its default meaning, because a fit that is stopped leaves nothing to save.
 */
export function serveJobs(handle: HandleJob): void {
  if (!process.connected) throw new Error('A trainer child is started by its pool, with an IPC channel.');
  let last = Promise.resolve();
  process.on('message', (message) => {
    if (!isRunMessage(message)) return;
    last = last.then(async () => {
      const result = await answer(handle, message.job);
      tell({ kind: 'result', result });
    });
  });
  process.on('disconnect', () => process.exit(0));
}

async function answer(handle: HandleJob, job: unknown): Promise<Result<unknown>> {
  try {
    return await handle(job, (progress) => {
      leaveIfOrphaned();
      tell({ kind: 'progress', progress });
    });
  } catch (error) {
    return { ok: false, fault: faultOf(error) };
  }
}

/**
 * The fault of an error: its own code and details where its code is one of the error table, else what its text says of the
 * machine, else `Unexpected`; then with its stack.
 */
export function faultOf(error: unknown): Fault {
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

const parentPid = process.ppid;

/** A computation that never yields does not hear the channel close; where it reports progress it looks for itself. */
function leaveIfOrphaned(): void {
  if (process.ppid !== parentPid) process.exit(0);
}

function tell(message: ChildMessage): void {
  // The parent may be gone in this very moment; 'disconnect' follows and ends the process.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
