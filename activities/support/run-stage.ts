import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { StageOutcome } from '../../shared/contracts/stages';
import type { Fault } from '../../domain/core/result';
import { isErrorCode } from '../../shared/names/errors';
import { stageKey } from '../../shared/store/stage-cache';
import type { StageMarker, StageMaterial } from '../../shared/store/stage-cache';
import { beginAttempt } from './attempt';
import type { ComputePool } from './compute-pool';
import { failureFrom } from './failure';
import { startHeartbeat } from './heartbeat';
import type { StageContext, StageDefinition, StageInput } from './stage-definition';
import { StageFault, faultOf } from './stage-fault';

/**
 * The durable life of a stage: check the input, find the result by its key, else compute it in the pool and publish it.
 * Nothing published is ever computed or written again; of two computations at once one is published, the other adopts it.
 */
export async function runStage<I extends StageInput>(
  definition: StageDefinition<I>,
  raw: I,
  deps: { readonly context: StageContext; readonly pool: ComputePool },
): Promise<StageOutcome> {
  const startedAtMs = Date.now();
  try {
    const input = definition.schema.parse(raw);
    const material = await definition.material(input, deps.context);
    const key = stageKey(definition.stage, material);
    const known = await deps.context.store.stages.find(definition.stage, key);
    if (known !== null) return outcomeOf(definition, input, known, true, startedAtMs);
    if (input.scope.mustBeCached) throw new StageFault(notCached(definition, input));
    const marker = await computeAndPublish(definition, input, { key, material }, deps);
    return outcomeOf(definition, input, marker, false, startedAtMs);
  } catch (error) {
    if (error instanceof CancelledFailure || isTemporalFailure(error)) throw error;
    throw failureFrom(faultOf(error, isErrorCode), { crashesSoFar: 0, log: null });
  }
}

async function computeAndPublish<I extends StageInput>(
  definition: StageDefinition<I>,
  input: I,
  { key, material }: { readonly key: string; readonly material: StageMaterial },
  { context, pool }: { readonly context: StageContext; readonly pool: ComputePool },
): Promise<StageMarker> {
  const { store } = context;
  const { runId, symbol } = input.scope;
  const { stage } = definition;
  const activity = Context.current();
  const startedAtMs = Date.now();
  const part = definition.part(input);
  const attempt = await beginAttempt(store.attempts, {
    runId,
    symbol,
    stage,
    part,
    key,
    activityAttempt: activity.info.attempt,
  });
  const heartbeat = startHeartbeat(key, attempt.touch);
  try {
    const computed = await pool.compute(stage, input, {
      onProgress: heartbeat.set,
      signal: activity.cancellationSignal,
    });
    const published = await store.stages.publish({
      stage,
      key,
      material,
      outputs: computed.outputs,
      parts: [...computed.parts],
      facts: computed.facts,
      producer: {
        runId,
        attemptId: attempt.id,
        seconds: (Date.now() - startedAtMs) / 1000,
        publishedAt: new Date().toISOString(),
      },
    });
    await attempt.end(published.outcome, null);
    return published.marker;
  } catch (error) {
    if (activity.cancellationSignal.aborted) {
      await attempt.end('stopped', null).catch(() => undefined);
      throw await cancellationOf(activity);
    }
    const fault = faultOf(error, isErrorCode);
    await attempt.end('failed', fault.code).catch(() => undefined);
    const earlier = await store.attempts.ofKey(runId, stage, key).catch(() => []);
    const crashesSoFar = earlier.filter(({ outcome, code }) => outcome === 'failed' && code === fault.code).length;
    throw failureFrom(fault, { crashesSoFar, log: logOf(fault) });
  } finally {
    heartbeat.stop();
  }
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
): StageOutcome {
  return {
    stage: definition.stage,
    part: definition.part(input),
    key: marker.key,
    cacheHit,
    seconds: (Date.now() - startedAtMs) / 1000,
    outputs: marker.outputs,
    facts: marker.facts,
  };
}

function notCached<I extends StageInput>(definition: StageDefinition<I>, input: I) {
  const message = `${definition.stage} of ${input.scope.symbol} is not in the store, and the run was told to begin after it; start it without 'from'`;
  return { code: 'ArtifactMissing', message };
}

function isTemporalFailure(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ApplicationFailure' || error.name === 'CancelledFailure');
}
