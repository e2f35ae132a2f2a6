import { CancelledFailure, Context } from '@temporalio/activity';
import type { ActivityLogs } from './activity-log';
import { startHeartbeat } from './heartbeat';
import { outsideFailure } from './stage-failure';
import type { UnexpectedCounter } from './unexpected-counter';

/** Who is told of a light activity that fails. */
export interface Watched {
  readonly unexpected: UnexpectedCounter;
  readonly logs: ActivityLogs;
}

/**
 * A light activity: heartbeats while it works, and fails with a code of the error table and a log. The log stands under the
 * run, or under the workflow where there is none.
 */
export async function guarded<T>(
  { unexpected, logs }: Watched,
  work: () => Promise<T>,
  runId = Context.current().info.workflowExecution?.workflowId ?? 'unknown',
): Promise<T> {
  const heartbeat = startHeartbeat();
  const log = logs.open(runId);
  try {
    return await work();
  } catch (error) {
    if (isStop(error)) throw new CancelledFailure('stopped before it was done');
    throw await outsideFailure(error, { unexpected, logs }, log);
  } finally {
    heartbeat.stop();
  }
}

/** What work throws that obeys the cancellation signal: no fault, and nothing to retry where the workflow is cancelled. */
function isStop(error: unknown): boolean {
  const { cancellationSignal: signal } = Context.current();
  return signal.aborted && error instanceof Error && (error === signal.reason || error.name === 'AbortError');
}
