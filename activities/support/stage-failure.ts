import { hostname } from 'node:os';
import { Context } from '@temporalio/activity';
import type { Fault } from '../../domain/core/result';
import { isErrorCode } from '../../shared/names/errors';
import type { ActivityLog, ActivityLogs } from './activity-log';
import type { FailurePlace } from './failure-place';
import { failureFrom } from './failure';
import type { Ladder, StageProgress } from './stage-definition';
import { faultOf, wholeError } from './stage-fault';
import type { UnexpectedCounter } from './unexpected-counter';

/** The failure of what went wrong outside a computation, where no attempt is entered in the store. */
export async function outsideFailure(
  error: unknown,
  { unexpected, logs }: { readonly unexpected: UnexpectedCounter; readonly logs: ActivityLogs },
  log: ActivityLog,
): Promise<Error> {
  const fault = hidden(faultOf(error, isErrorCode), logs);
  const { workflowExecution, activityId } = Context.current().info;
  const timesSoFar =
    fault.code === 'Unexpected' ? unexpected.count({ runId: workflowExecution?.runId ?? '', activityId }) : 0;
  const kept = await log.close(`${fault.code}: ${wholeError(error)}`);
  return failureFrom(fault, { timesSoFar, log: kept, ladder: null, place: placeOf(null, null) });
}

/** A fault without secrets: its message and details go into histories. */
export function hidden(fault: Fault, { redact }: Pick<ActivityLogs, 'redact'>): Fault {
  const message = redact(fault.message);
  const before = JSON.stringify(fault.details ?? {});
  const after = redact(before);
  return after === before ? { ...fault, message } : { ...fault, message, details: { hidden: after } };
}

/** Where a computation was when it failed, as far as its progress told. */
export function placeOf(progress: StageProgress | null, checkpoint: FailurePlace['checkpoint']): FailurePlace {
  const rungs = progress?.training?.rungs ?? [];
  const last = rungs.at(-1);
  return {
    host: `${hostname()}#${String(process.pid)}`,
    rung: last === undefined ? null : `${String(rungs.length)}: ${last.note}`,
    checkpoint,
  };
}

/** The end of the log of a failed attempt: the fault with its stack and causes, and what is done next. */
export function endingOf(error: unknown, { code }: Fault, times: number, ladder: Ladder | null): string {
  const lines = [`${code}, time ${String(times)} on this input`, wholeError(error)];
  switch (ladder?.kind) {
    case 'down':
      return [...lines, `goes on one rung lower: ${ladder.stepDown.rungs.at(-1)?.note ?? ''}`].join('\n');
    case 'end':
      return [...lines, `the ladder is at its end: ${ladder.history}`].join('\n');
    default:
      return lines.join('\n');
  }
}
