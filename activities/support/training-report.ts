import type { Rung } from '../../shared/names/rungs';
import type { CheckpointSink, TrainingCallbacks } from '../../training/neural/contract';
import type { ReportProgress } from './stage-definition';

/** Turns a training's callbacks and checkpoints into progress of its stage. */
export interface TrainingReport {
  readonly callbacks: TrainingCallbacks;
  /** The same checkpoints, watched: progress says which step a failure would go back to. */
  readonly watch: (sink: CheckpointSink) => CheckpointSink;
}

export function createTrainingReport(
  onProgress: ReportProgress,
  epochs: number,
  rungsSoFar: readonly Rung[],
): TrainingReport {
  let steps: number | null = null;
  let savedStep = 0;
  let resumedAtStep = 0;
  let stoppingLoss: number | null = null;
  let rungs = rungsSoFar;
  const tell = (at: { readonly step: number; readonly epoch: number; readonly loss: number | null }): void => {
    onProgress({
      phase: 'training',
      step: at.step,
      steps,
      loss: at.loss,
      training: { epoch: at.epoch, epochs, resumedAtStep, savedStep, stoppingLoss, rungs },
    });
  };
  return {
    callbacks: {
      onTrainBegin: (facts) => {
        steps = facts.steps;
        resumedAtStep = facts.resumedAtStep;
      },
      onBatchEnd: ({ step, epoch, loss }) => tell({ step, epoch, loss }),
      onEpochEnd: (metrics) => {
        stoppingLoss = metrics.stoppingLoss;
      },
    },
    watch: (sink) => ({
      ...sink,
      latest: async (identity) => {
        const found = await sink.latest(identity);
        savedStep = found?.state.step ?? 0;
        if (found !== null && found.state.rungs.length > rungs.length) rungs = found.state.rungs;
        return found;
      },
      save: async (checkpoint, reason) => {
        await sink.save(checkpoint, reason);
        savedStep = Math.max(savedStep, checkpoint.state.step);
      },
    }),
  };
}
