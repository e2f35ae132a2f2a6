import type { Rung } from '../../shared/names/rungs';
import type { CheckpointSink, TrainingCallbacks } from '../../training/neural/contract';
import type { Aside } from './aside';
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
  tellAside: (aside: Aside) => void = () => undefined,
): TrainingReport {
  let steps: number | null = null;
  let savedStep = 0;
  let resumedAtStep = 0;
  let stoppingLoss: number | null = null;
  let rungs = rungsSoFar;
  let examples = 0;
  let epochFrom = { atMs: Date.now(), examples: 0, step: 0 };
  let at: Place = { step: 0, epoch: 0, loss: null };
  const tell = (): void => {
    onProgress({
      phase: 'training',
      step: at.step,
      steps,
      loss: at.loss,
      training: { epoch: at.epoch, epochs, resumedAtStep, savedStep, stoppingLoss, examples, rungs },
    });
  };
  return {
    callbacks: {
      onTrainBegin: (facts) => {
        steps = facts.steps;
        resumedAtStep = facts.resumedAtStep;
        at = { ...at, step: resumedAtStep };
        epochFrom = { atMs: Date.now(), examples: 0, step: resumedAtStep };
        tell();
      },
      onBatchEnd: ({ step, epoch, loss, examples: learnt }) => {
        at = { step, epoch, loss };
        examples += learnt;
        tell();
      },
      onEpochEnd: (metrics) => {
        stoppingLoss = metrics.stoppingLoss;
        const endedAtMs = Date.now();
        tellAside({
          kind: 'epoch',
          epoch: metrics.epoch,
          startedAtMs: epochFrom.atMs,
          endedAtMs,
          updates: at.step - epochFrom.step,
          examples: examples - epochFrom.examples,
          trainLoss: metrics.trainLoss,
          stoppingLoss: metrics.stoppingLoss,
        });
        epochFrom = { atMs: endedAtMs, examples, step: at.step };
      },
    },
    watch: (sink) => ({
      ...sink,
      latest: async (identity) => {
        const found = await sink.latest(identity);
        savedStep = found?.state.step ?? 0;
        at = { ...at, epoch: found?.state.epoch ?? 0 };
        if (found !== null && found.state.rungs.length > rungs.length) rungs = found.state.rungs;
        return found;
      },
      save: async (checkpoint, reason) => {
        await sink.save(checkpoint, reason);
        savedStep = Math.max(savedStep, checkpoint.state.step);
        // The last one, of a training that ends or is told to stop, is followed by no update that would tell of it.
        tell();
      },
    }),
  };
}

/** Where the last update left the training. */
interface Place {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number | null;
}
