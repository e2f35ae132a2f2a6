import { Context } from '@temporalio/activity';
import type { Aside } from '../../activities/support/aside';
import { combineWatches, type StageWatch, type WatchedStage } from '../../activities/support/stage-watch';
import type { LiveSpan, Tracing } from '../../shared/runtime/tracing/port';
import type { ActivityTraces } from './activity-traces';

/**
 * What happens inside an activity of a stage, as spans below its own: the computation in its trainer, epochs and checkpoints.
 * The trainer says what it did and when, and the worker opens the spans: those of a trainer that is killed are ended here,
 * with the reason, and none is lost with it.
 */
export function createStageTraces(tracing: Tracing, { spanOf }: ActivityTraces): StageWatch {
  return {
    begin: (step) => {
      const activity = spanOf(Context.current());
      if (activity === null) return combineWatches([]).begin(step);
      activity.set({ 'candlewick.stage': step.stage, 'candlewick.part': step.part });
      return watchStage(tracing, activity, step.stage);
    },
  };
}

function watchStage(tracing: Tracing, activity: LiveSpan, stage: string): WatchedStage {
  let trainer: LiveSpan | null = null;
  const inTrainer = (
    name: string,
    aside: { readonly startedAtMs: number; readonly endedAtMs: number },
    attributes: Record<string, string | number>,
    error?: string,
  ): void => {
    const { startedAtMs, endedAtMs: atMs } = aside;
    const parent = (trainer ?? activity).traceparent;
    tracing.startSpan(name, { parent, attributes, startedAtMs }).end(error === undefined ? { atMs } : { atMs, error });
  };
  const said = (aside: Aside): void => {
    switch (aside.kind) {
      case 'began':
        trainer = tracing.startSpan(`trainer ${stage}`, {
          parent: activity.traceparent,
          attributes: { 'process.pid': aside.pid },
          startedAtMs: aside.atMs,
        });
        break;
      case 'epoch': {
        const { epoch, updates, examples, trainLoss, stoppingLoss } = aside;
        inTrainer('epoch', aside, { epoch, updates, examples, trainLoss, stoppingLoss });
        break;
      }
      case 'checkpoint': {
        const { step, reason, outcome, bytes } = aside;
        inTrainer('checkpoint', aside, { step, reason, bytes }, outcome === 'ok' ? undefined : outcome);
        break;
      }
      case 'log':
      case 'store':
        break;
    }
  };
  return {
    said,
    attemptBegan: () => undefined,
    progressed: () => undefined,
    steppedDown: (cause) => activity.set({ 'candlewick.steppedDown': cause }),
    attemptEnded: ({ outcome, code }) =>
      trainer?.end(outcome === 'failed' || outcome === 'stopped' ? { error: code ?? outcome } : {}),
    ended: ({ outcome }) => activity.set({ 'candlewick.outcome': outcome }),
  };
}
