import { Context } from '@temporalio/activity';
import type { Fault } from '../../domain/core/result';
import { isErrorCode } from '../../shared/names/errors';
import type { ActivityLog, ActivityLogs } from './activity-log';
import type { beginAttempt } from './attempt';
import { cancellationOf } from './cancellation-of';
import { failureFrom } from './failure';
import type { Heartbeat } from './heartbeat';
import type { StageContext, StageDefinition, StageInput, StageProgress } from './stage-definition';
import { endingOf, hidden, placeOf } from './stage-failure';
import { faultOf, wholeError } from './stage-fault';
import type { WatchedStage } from './stage-watch';

/** An attempt that did not end in a published result. */
interface EndedAttempt<I extends StageInput> {
  readonly definition: StageDefinition<I>;
  readonly input: I;
  readonly key: string;
  /** Run id of the workflow execution that asked for it. */
  readonly execution: string;
  readonly attempt: Awaited<ReturnType<typeof beginAttempt>>;
  readonly context: StageContext;
  readonly log: ActivityLog;
  readonly logs: ActivityLogs;
  readonly lastProgress: StageProgress | null;
  readonly checkpoint: Heartbeat['checkpoint'];
  readonly steppedDown: WatchedStage['steppedDown'];
}

/** Enters how an attempt ended, and answers with what is to be thrown to Temporal. */
export async function endAttempt<I extends StageInput>(error: unknown, ended: EndedAttempt<I>): Promise<unknown> {
  const fault = hidden(faultOf(error, isErrorCode), ended.logs);
  if (Context.current().cancellationSignal.aborted) return stoppedEnd(error, fault, ended);
  return fault.code === 'Cancelled' ? handedBack(ended) : failedEnd(error, fault, ended);
}

/** It was told to stop. */
async function stoppedEnd<I extends StageInput>(
  error: unknown,
  fault: Fault,
  { attempt, log }: EndedAttempt<I>,
): Promise<unknown> {
  // An attempt that was thought dead and found a newer one at its place.
  const code = fault.code === 'Fenced' ? fault.code : null;
  await attempt.end('stopped', code).catch(() => undefined);
  const reason = await cancellationOf(Context.current());
  const kept = await log.close(`stopped: ${reason instanceof Error ? reason.message : ''}; ${wholeError(error)}`);
  await attempt.logged(kept);
  return reason;
}

/** The pool was closed under a worker that ends: no fault of the work, and nobody cancelled it. */
async function handedBack<I extends StageInput>({
  definition,
  input,
  attempt,
  log,
  lastProgress,
  checkpoint,
}: EndedAttempt<I>): Promise<Error> {
  await attempt.end('stopped', null).catch(() => undefined);
  const message = `the worker ended while it computed ${definition.stage} of ${input.scope.symbol}; it is computed elsewhere`;
  const kept = await log.close(message);
  await attempt.logged(kept);
  const place = placeOf(lastProgress, checkpoint());
  return failureFrom({ code: 'TrainerCrashed', message }, { timesSoFar: 0, log: kept, ladder: null, place });
}

/** The work itself failed. */
async function failedEnd<I extends StageInput>(error: unknown, fault: Fault, ended: EndedAttempt<I>): Promise<Error> {
  const { definition, input, key, execution, attempt, context, log, lastProgress } = ended;
  await attempt.end('failed', fault.code).catch(() => undefined);
  const earlier = await context.store.attempts.ofKey(input.scope.runId, definition.stage, key).catch(() => []);
  const timesSoFar = earlier.filter(
    (past) => past.execution === execution && past.outcome === 'failed' && past.code === fault.code,
  ).length;
  const ladder = (await definition.stepDown?.(input, context, { key, fault, lastProgress })) ?? null;
  if (ladder?.kind === 'down') ended.steppedDown(fault.code);
  const written = await log.close(endingOf(error, fault, timesSoFar, ladder));
  await attempt.logged(written);
  const kept = written ?? logOf(fault);
  return failureFrom(fault, { timesSoFar, log: kept, ladder, place: placeOf(lastProgress, ended.checkpoint()) });
}

/** Where the last words of a dead child are kept. */
function logOf({ details }: Fault): string | null {
  return typeof details?.log === 'string' ? details.log : null;
}
