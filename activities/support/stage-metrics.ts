import { parseFitPart } from '../../shared/names/ids';
import type { Instruments } from '../../shared/runtime/metrics/instruments';
import type { AttemptRecord } from '../../shared/store/attempts';
import { lostSeconds, lostSteps } from '../../shared/store/attempts';
import type { Aside } from './aside';
import type { StageProgress } from './stage-definition';
import type { BegunAttempt, StageWatch, WatchedStage, WatchedStep } from './stage-watch';
import { observeStoreEvent } from './store-metrics';

/** Stages, trainings and what was thrown away, as metrics of this process. */
export function createStageMetrics(instruments: Instruments, nowMs: () => number = Date.now): StageWatch {
  return { begin: (step) => watchStage(step, instruments, nowMs) };
}

function watchStage({ stage, part, symbol }: WatchedStep, metrics: Instruments, nowMs: () => number): WatchedStage {
  const startedAtMs = nowMs();
  const training = watchTraining({ symbol, fit: part, family: parseFitPart(part)?.family ?? 'none' }, metrics);
  const resume = watchResume(stage, metrics, nowMs);
  let wasStopped = false;
  metrics.stagesRunning.inc({ stage });
  return {
    attemptBegan: resume.attemptBegan,
    progressed: (progress) => {
      training.progressed(progress);
      resume.progressed(progress);
    },
    said: (aside) => {
      if (aside.kind === 'store') observeStoreEvent(metrics, aside.event);
      else training.said(aside);
    },
    attemptEnded: (record) => {
      wasStopped = record.outcome === 'stopped';
      if (record.outcome !== 'published') countWaste(metrics, record, record.code ?? codeOfOutcome(record));
    },
    steppedDown: (cause) => metrics.trainingRungs.inc({ cause }),
    ended: (end) => {
      const outcome = wasStopped ? 'stopped' : end.outcome;
      const code = outcome === 'failed' && end.outcome === 'failed' ? end.code : '';
      metrics.stagesRunning.dec({ stage });
      metrics.stageExecutions.inc({ stage, outcome, code });
      metrics.stageDuration.observe({ stage, outcome }, (nowMs() - startedAtMs) / 1000);
      training.ended();
    },
  };
}

function countWaste(metrics: Instruments, record: AttemptRecord, code: string): void {
  metrics.wastedSeconds.inc({ stage: record.stage, code }, lostSeconds(record));
  const updates = lostSteps(record);
  if (updates !== null) metrics.wastedUpdates.inc({ code }, updates);
}

/** Of an attempt without a code. */
function codeOfOutcome({ outcome }: AttemptRecord): string {
  switch (outcome) {
    case 'stopped':
      return 'Stopped';
    case 'adopted':
      return 'Adopted';
    case 'running':
      return 'WorkerLost';
    case 'failed':
    case 'published':
      return 'Unexpected';
  }
}

/** Gauges of a fit under way, and what nets have learnt so far. */
function watchTraining(
  { symbol, fit, family }: { readonly symbol: string; readonly fit: string; readonly family: string },
  metrics: Instruments,
): {
  readonly progressed: (progress: StageProgress) => void;
  readonly said: (aside: Exclude<Aside, { readonly kind: 'store' }>) => void;
  readonly ended: () => void;
} {
  const label = { symbol, fit };
  let known: { readonly step: number; readonly examples: number } | null = null;
  return {
    progressed: ({ step, loss, training }) => {
      if (training === undefined) return;
      const { epoch, examples, resumedAtStep, stoppingLoss, rungs } = training;
      const before = known ?? { step: resumedAtStep, examples: 0 };
      known = { step, examples };
      metrics.trainingUpdates.inc({ family }, Math.max(0, step - before.step));
      metrics.trainingExamples.inc({ family }, Math.max(0, examples - before.examples));
      metrics.trainingEpoch.set(label, epoch + 1);
      metrics.trainingRung.set(label, rungs.length);
      if (loss !== null) metrics.trainingLoss.set({ ...label, part: 'train' }, loss);
      if (stoppingLoss !== null) metrics.trainingLoss.set({ ...label, part: 'stopping' }, stoppingLoss);
    },
    said: (aside) => {
      if (aside.kind === 'log' || aside.kind === 'began') return;
      const seconds = (aside.endedAtMs - aside.startedAtMs) / 1000;
      if (aside.kind === 'epoch') {
        metrics.trainingEpochDuration.observe({ family }, seconds);
        return;
      }
      metrics.checkpointDuration.observe({ outcome: aside.outcome }, seconds);
      if (aside.outcome === 'ok') metrics.checkpointSize.observe(aside.bytes);
    },
    ended: () => {
      if (known === null) return;
      metrics.trainingEpoch.remove(label);
      metrics.trainingRung.remove(label);
      for (const part of ['train', 'stopping']) metrics.trainingLoss.remove({ ...label, part });
    },
  };
}

/**
 * Whether this attempt takes over from one that died, and how long it took to its first step. A worker that was killed could
 * not count what it threw away: the next attempt does.
 */
function watchResume(
  stage: string,
  metrics: Instruments,
  nowMs: () => number,
): Pick<WatchedStage, 'attemptBegan' | 'progressed'> {
  let attempt: BegunAttempt | null = null;
  let hasStepped = false;
  const earlierOf = async ({ attemptId, ofKey }: BegunAttempt): Promise<readonly AttemptRecord[]> =>
    (await ofKey()).filter((record) => record.attemptId !== attemptId && record.outcome !== 'published');
  const observe = async (begun: BegunAttempt, atMs: number): Promise<void> => {
    const diedAtMs = Math.max(...(await earlierOf(begun)).map(({ endedAtMs, lastSeenMs }) => endedAtMs ?? lastSeenMs));
    if (Number.isFinite(diedAtMs)) metrics.timeToResume.observe({ stage }, Math.max(0, (atMs - diedAtMs) / 1000));
  };
  const countLost = async (begun: BegunAttempt): Promise<void> => {
    const lost = (await earlierOf(begun)).filter(
      ({ outcome, execution, activityAttempt }) =>
        outcome === 'running' && execution === begun.execution && activityAttempt === begun.activityAttempt - 1,
    );
    for (const record of lost) countWaste(metrics, record, 'WorkerLost');
  };
  return {
    attemptBegan: (begun) => {
      attempt = begun;
      // What cannot be read now is not counted: the work itself comes first.
      if (begun.activityAttempt > 1) void countLost(begun).catch(() => undefined);
    },
    progressed: ({ step, training }) => {
      if (attempt === null || hasStepped) return;
      if (training !== undefined && step <= training.resumedAtStep) return;
      hasStepped = true;
      const takesOver = attempt.activityAttempt > 1 || (training?.resumedAtStep ?? 0) > 0;
      if (takesOver) void observe(attempt, nowMs()).catch(() => undefined);
    },
  };
}
