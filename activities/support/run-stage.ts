import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { Fault } from '../../domain/core/result';
import type { StageOutcome } from '../../shared/contracts/stages';
import { isErrorCode } from '../../shared/names/errors';
import type { StageName } from '../../shared/names/stages';
import { stageKey } from '../../shared/store/stage-cache';
import type { StageMarker, StageMaterial } from '../../shared/store/stage-cache';
import type { ActivityLog, ActivityLogs } from './activity-log';
import { assertSameStore } from './same-store';
import { beginAttempt } from './attempt';
import { earlierLines } from './earlier-lines';
import type { ComputePool } from './compute-pool';
import { failureFrom } from './failure';
import type { Heartbeat } from './heartbeat';
import { startHeartbeat } from './heartbeat';
import type { Computed, StageContext, StageDefinition, StageInput, StageProgress } from './stage-definition';
import type { StageEnd, StageWatch, WatchedStage } from './stage-watch';
import { endingOf, hidden, outsideFailure, placeOf } from './stage-failure';
import type { StepNotes } from './step-notes';
import type { UnexpectedCounter } from './unexpected-counter';
import { StageFault, faultOf, wholeError } from './stage-fault';

interface RunStageDependencies {
  readonly context: StageContext;
  readonly pool: ComputePool;
  readonly unexpected: UnexpectedCounter;
  readonly notes: StepNotes;
  readonly watch: StageWatch;
  readonly logs: ActivityLogs;
}

/**
 * The durable life of a stage: check the input, find the result by its key, else compute it in the pool and publish it.
 * Nothing published is ever computed or written again; of two computations at once one is published, the other adopts it.
 */
export async function runStage<I extends StageInput>(
  definition: StageDefinition<I, StageName>,
  raw: I,
  deps: RunStageDependencies,
): Promise<StageOutcome> {
  const { stage } = definition;
  return { stage, ...(await runComputation(definition, raw, deps)) };
}

/** The same for any computation, a stage of a symbol or not. */
export async function runComputation<I extends StageInput>(
  definition: StageDefinition<I>,
  raw: I,
  deps: RunStageDependencies,
): Promise<Omit<StageOutcome, 'stage'>> {
  const startedAtMs = Date.now();
  const heartbeat = startHeartbeat();
  // An input that cannot be read may name no run; whose log it is, its workflow tells as well.
  const log = deps.logs.open(runOf(raw));
  const told: Told = { heartbeat, log };
  let watched: WatchedStage | null = null;
  const answered = async (marker: StageMarker, cacheHit: boolean, input: I): Promise<Omit<StageOutcome, 'stage'>> => {
    await definition.settled?.(input, deps.context);
    watched?.ended({ outcome: cacheHit ? 'cached' : 'computed' });
    return outcomeOf(definition, input, marker, cacheHit, startedAtMs);
  };
  try {
    const given = definition.schema.parse(raw);
    const { stage } = definition;
    const { runId, symbol } = given.scope;
    watched = deps.watch.begin({ stage, part: definition.part(given), runId, symbol });
    assertSameStore(given.scope.storeId, deps.context.storeId);
    const input = await pinned(definition, given, deps.context, heartbeat);
    const material = await definition.material(input, deps.context);
    const key = stageKey(definition.stage, material);
    heartbeat.setKey(key);
    log.note(`key ${key}`);
    const known = await deps.context.store.stages.find(definition.stage, key);
    log.note(known === null ? 'not in the store: it has to be computed' : 'found in the store');
    if (known !== null) {
      // A kill between publication and tidying up leaves the line behind.
      if (definition.busyElsewhere !== undefined) await removeLine(key, deps.context);
      return await answered(known, true, input);
    }
    if (input.scope.mustBeCached) throw new StageFault(notCached(definition, input));
    const meanwhile = await publishedElsewhere(definition, input, key, deps.context, told);
    if (meanwhile !== null) return await answered(meanwhile, true, input);
    const resumed = await resumedInput(definition, input, key, deps.context, log);
    const marker = await computeAndPublish(definition, resumed, { key, material }, deps, { ...told, watched });
    return await answered(marker, false, input);
  } catch (error) {
    const failure = isTemporalFailure(error) ? error : await failureOutside(error, deps, log);
    watched?.ended(endOf(failure));
    throw failure;
  } finally {
    heartbeat.stop();
  }
}

/** Of what happened before a computation began: a stop that was asked for is told as Temporal tells it. */
async function failureOutside(error: unknown, deps: RunStageDependencies, log: ActivityLog): Promise<Error> {
  const activity = Context.current();
  const reason = activity.cancellationSignal.aborted ? await cancellationOf(activity) : null;
  return reason instanceof Error ? reason : outsideFailure(error, deps, log);
}

/** The input with what it reads from outside fixed in it. */
async function pinned<I extends StageInput>(
  definition: StageDefinition<I>,
  input: I,
  context: StageContext,
  heartbeat: Heartbeat,
): Promise<I> {
  if (definition.pin === undefined) return input;
  const { cancellationSignal } = Context.current();
  return definition.pin(input, context, { signal: cancellationSignal, onProgress: heartbeat.setProgress });
}

/** The input of this attempt: where an earlier one on another queue has left checkpoints, with the place of those. */
async function resumedInput<I extends StageInput>(
  definition: StageDefinition<I>,
  input: I,
  key: string,
  context: StageContext,
  log: ActivityLog,
): Promise<I> {
  const earlier = earlierLines().filter((line) => line !== key);
  if (definition.resume === undefined || earlier.length === 0) return input;
  const resumed = await definition.resume(input, context, { key, earlier });
  if (resumed !== input) log.note(`an earlier attempt worked under other keys: ${earlier.join(', ')}`);
  return resumed;
}

/** How often it is looked whether another run that computes the same is done. */
const LOOK_EVERY_MS = 1_000;

/** While another run computes the same, waits for its result; null: nobody does (any more) and there is none. */
async function publishedElsewhere<I extends StageInput>(
  definition: StageDefinition<I>,
  input: I,
  key: string,
  context: StageContext,
  { heartbeat, log }: Told,
): Promise<StageMarker | null> {
  if (definition.busyElsewhere === undefined) return null;
  const activity = Context.current();
  let waitsFor: string | null = null;
  for (;;) {
    const who = await definition.busyElsewhere(input, context, key);
    // Looked for after that: whoever published meanwhile is not busy any more.
    const known = await context.store.stages.find(definition.stage, key);
    if (known !== null || who === null) return known;
    if (who !== waitsFor) log.note(`waits: ${who} computes the same`);
    waitsFor = who;
    heartbeat.setProgress({ phase: `waiting: ${who} computes the same`, step: 0, steps: null, loss: null });
    await sleep(LOOK_EVERY_MS, undefined, { signal: activity.cancellationSignal }).catch(() => undefined);
    if (activity.cancellationSignal.aborted) throw await cancellationOf(activity);
  }
}

/** Who is told how a computation goes on. */
interface Told {
  readonly heartbeat: Heartbeat;
  readonly log: ActivityLog;
}

/** Who is told how a computation goes on. */
interface Told {
  readonly heartbeat: Heartbeat;
  readonly log: ActivityLog;
}

/** One attempt: entered in the run's log, computed, published. Throws a Temporal failure. */
async function computeAndPublish<I extends StageInput>(
  definition: StageDefinition<I>,
  input: I,
  { key, material }: { readonly key: string; readonly material: StageMaterial },
  { context, pool, notes, logs }: RunStageDependencies,
  { heartbeat, log, watched }: Told & { readonly watched: WatchedStage },
): Promise<StageMarker> {
  const { attempts, stages } = context.store;
  const { runId, symbol } = input.scope;
  const { stage } = definition;
  const activity = Context.current();
  const startedAtMs = Date.now();
  const part = definition.part(input);
  // A retry is another execution and starts with a fresh count of crashes.
  const execution = activity.info.workflowExecution?.runId ?? '';
  const activityAttempt = activity.info.attempt;
  const about = { runId, symbol, stage, part, key, execution, activityAttempt };
  const attempt = await beginAttempt(attempts, about, watched.attemptEnded);
  const ofKey = (): ReturnType<typeof attempts.ofKey> => attempts.ofKey(runId, stage, key);
  watched.attemptBegan({ attemptId: attempt.id, execution, activityAttempt, ofKey });
  let lastProgress: StageProgress | null = null;
  const tellSymbol = notes.forStep(`${stage} ${part}`);
  try {
    const computed = await pool.compute(stage, input, {
      key,
      onProgress: (progress) => {
        lastProgress = progress;
        heartbeat.setProgress(progress);
        watched.progressed(progress);
        log.progress(progress);
        if (progress.training === undefined) return;
        const { savedStep, resumedAtStep } = progress.training;
        attempt.trained({ step: progress.step, savedStep, resumedAtStep });
        tellSymbol(progress);
      },
      onAside: (aside) => {
        if (aside.kind === 'log') log.note(`${aside.level}: ${aside.message}`);
        watched.said(aside);
      },
      onStderr: log.childSaid,
      signal: activity.cancellationSignal,
    });
    log.note('computed; being published');
    await assertStillOurs(computed, context);
    if (definition.readsOutside === true) await assertSourceUnchanged(definition, input, key, context);
    const published = await stages.publish({
      stage,
      key,
      material,
      ...copied(computed),
      producer: {
        runId,
        attemptId: attempt.id,
        seconds: (Date.now() - startedAtMs) / 1000,
        publishedAt: new Date().toISOString(),
        environment: context.environment,
      },
    });
    await attempt.end(published.outcome, null);
    await removeCheckpoints(computed, context);
    return published.marker;
  } catch (error) {
    const fault = hidden(faultOf(error, isErrorCode), logs);
    if (activity.cancellationSignal.aborted) {
      // An attempt that was thought dead and found a newer one at its place.
      const code = fault.code === 'Fenced' ? fault.code : null;
      await attempt.end('stopped', code).catch(() => undefined);
      const reason = await cancellationOf(activity);
      const kept = await log.close(`stopped: ${reason instanceof Error ? reason.message : ''}; ${wholeError(error)}`);
      await attempt.logged(kept);
      throw reason;
    }
    if (fault.code === 'Cancelled') {
      // The pool was closed under a worker that ends: no fault of the work, and nobody cancelled it.
      await attempt.end('stopped', null).catch(() => undefined);
      const message = `the worker ended while it computed ${stage} of ${symbol}; it is computed elsewhere`;
      const kept = await log.close(message);
      await attempt.logged(kept);
      const place = placeOf(lastProgress, heartbeat.checkpoint());
      throw failureFrom({ code: 'TrainerCrashed', message }, { timesSoFar: 0, log: kept, ladder: null, place });
    }
    await attempt.end('failed', fault.code).catch(() => undefined);
    const earlier = await attempts.ofKey(runId, stage, key).catch(() => []);
    const timesSoFar = earlier.filter(
      (past) => past.execution === execution && past.outcome === 'failed' && past.code === fault.code,
    ).length;
    const ladder = (await definition.stepDown?.(input, context, { key, fault, lastProgress })) ?? null;
    if (ladder?.kind === 'down') watched.steppedDown(fault.code);
    const written = await log.close(endingOf(error, fault, timesSoFar, ladder));
    await attempt.logged(written);
    const kept = written ?? logOf(fault);
    throw failureFrom(fault, { timesSoFar, log: kept, ladder, place: placeOf(lastProgress, heartbeat.checkpoint()) });
  }
}

/** What an older attempt trained must not be published once a newer one has taken its checkpoints over. */
async function assertStillOurs({ checkpoints }: Computed, { store }: StageContext): Promise<void> {
  if (checkpoints !== undefined) await store.checkpoints.join(checkpoints.key, checkpoints.ticket);
}

async function removeLine(key: string, { store }: StageContext): Promise<void> {
  await store.checkpoints.remove(key).catch(() => undefined);
}

/** The result is published: a failure to tidy up behind it is none of the run's business. */
async function removeCheckpoints({ checkpoints }: Computed, context: StageContext): Promise<void> {
  if (checkpoints === undefined) return;
  await removeLine(checkpoints.key, context);
  if (checkpoints.earlierKey !== null) await removeLine(checkpoints.earlierKey, context);
}

/** A file that was replaced while it was read must not be published under the key of what it was before. */
async function assertSourceUnchanged<I extends StageInput>(
  definition: StageDefinition<I>,
  input: I,
  key: string,
  context: StageContext,
): Promise<void> {
  if (stageKey(definition.stage, await definition.material(input, context)) === key) return;
  throw new StageFault({
    code: 'SourceUnavailable',
    message: `the source of ${input.scope.symbol} changed while it was read; it is read again`,
  });
}

function copied({ outputs, parts, facts }: Computed): Pick<StageMarker, 'outputs' | 'parts' | 'facts'> {
  return { outputs, parts: [...parts], facts };
}

/** Where the last words of a dead child are kept. */
function logOf({ details }: Fault): string | null {
  return typeof details?.log === 'string' ? details.log : null;
}

/** Temporal's own reason (cancelled, paused, worker shutdown): only it tells the server what to do next. */
async function cancellationOf(activity: Context): Promise<unknown> {
  try {
    await activity.cancelled;
  } catch (error) {
    return error;
  }
  return new CancelledFailure('CANCELLED');
}

function outcomeOf<I extends StageInput>(
  definition: StageDefinition<I>,
  input: I,
  marker: StageMarker,
  cacheHit: boolean,
  startedAtMs: number,
): Omit<StageOutcome, 'stage'> {
  return {
    part: definition.part(input),
    key: marker.key,
    cacheHit,
    seconds: (Date.now() - startedAtMs) / 1000,
    outputs: marker.outputs,
    facts: { ...marker.facts, ...definition.seen?.(input) },
  };
}

/** The run that an input names, before anything of it was checked. */
function runOf({ scope }: { readonly scope?: { readonly runId?: unknown } }): string {
  return typeof scope?.runId === 'string' && scope.runId !== '' ? scope.runId : 'unknown';
}

function notCached<I extends StageInput>(definition: StageDefinition<I>, input: I): Fault {
  const message = `${definition.stage} of ${input.scope.symbol} is not in the store, and the run was told to begin after it; start it without 'from'`;
  return { code: 'ArtifactMissing', message };
}

function isTemporalFailure(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'ApplicationFailure' || error.name === 'CancelledFailure');
}

/** What the failure of an activity says of its end; a cancellation, a pause and a stop of the worker are none of its own. */
function endOf(failure: Error): StageEnd {
  if (failure.name === 'CancelledFailure') return { outcome: 'stopped' };
  const code = 'type' in failure && typeof failure.type === 'string' ? failure.type : 'Unexpected';
  return { outcome: 'failed', code, message: failure.message };
}
