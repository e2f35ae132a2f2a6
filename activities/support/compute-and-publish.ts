import { Context } from '@temporalio/activity';
import { stageKey } from '../../shared/store/stage-cache';
import type { StageMarker, StageMaterial } from '../../shared/store/stage-cache';
import type { ActivityLog, ActivityLogs } from './activity-log';
import { beginAttempt } from './attempt';
import { endAttempt } from './attempt-end';
import type { ComputePool } from './compute-pool';
import type { Heartbeat } from './heartbeat';
import { StageFault } from './stage-fault';
import type { Computed, StageContext, StageDefinition, StageInput, StageProgress } from './stage-definition';
import type { WatchedStage } from './stage-watch';
import type { StepNotes } from './step-notes';

interface Computing {
  readonly context: StageContext;
  readonly pool: ComputePool;
  readonly notes: StepNotes;
  readonly logs: ActivityLogs;
}

/** Who is told how a computation goes on. */
export interface Told {
  readonly heartbeat: Heartbeat;
  readonly log: ActivityLog;
}

/** One attempt: entered in the run's log, computed, published. Throws a Temporal failure. */
export async function computeAndPublish<I extends StageInput>(
  definition: StageDefinition<I>,
  input: I,
  { key, material }: { readonly key: string; readonly material: StageMaterial },
  { context, pool, notes, logs }: Computing,
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
      ...(definition.readFrom === undefined ? {} : { readFrom: [...definition.readFrom(input)] }),
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
    throw await endAttempt(error, {
      ...{ definition, input, key, execution, attempt, context, log, logs, lastProgress },
      checkpoint: heartbeat.checkpoint,
      steppedDown: watched.steppedDown,
    });
  }
}

/** What an older attempt trained must not be published once a newer one has taken its checkpoints over. */
async function assertStillOurs({ checkpoints }: Computed, { store }: StageContext): Promise<void> {
  if (checkpoints !== undefined) await store.checkpoints.join(checkpoints.key, checkpoints.ticket);
}

export async function removeLine(key: string, { store }: StageContext): Promise<void> {
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
