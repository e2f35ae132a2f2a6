import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Fault } from '../../domain/core/result';
import type { StageOutcome } from '../../shared/contracts/stages';
import type { StageName } from '../../shared/names/stages';
import { stageKey } from '../../shared/store/stage-cache';
import type { StageMarker } from '../../shared/store/stage-cache';
import type { ActivityLog, ActivityLogs } from './activity-log';
import { assertSameStore } from './same-store';
import { cancellationOf } from './cancellation-of';
import type { Told } from './compute-and-publish';
import { computeAndPublish, removeLine } from './compute-and-publish';
import { earlierLines } from './earlier-lines';
import type { ComputePool } from './compute-pool';
import type { Heartbeat } from './heartbeat';
import { startHeartbeat } from './heartbeat';
import type { StageContext, StageDefinition, StageInput } from './stage-definition';
import type { StageEnd, StageWatch, WatchedStage } from './stage-watch';
import { outsideFailure } from './stage-failure';
import type { StepNotes } from './step-notes';
import type { UnexpectedCounter } from './unexpected-counter';
import { StageFault } from './stage-fault';

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
