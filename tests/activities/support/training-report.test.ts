import type { Aside } from '../../../activities/support/aside';
import type { Rung } from '../../../shared/names/rungs';
import type { StageProgress } from '../../../activities/support/stage-definition';
import { trainingNote } from '../../../activities/support/training-note';
import { createTrainingReport } from '../../../activities/support/training-report';
import type { Checkpoint } from '../../../training/neural/contract';
import { memoryCheckpoints } from '../../support/memory-checkpoints';

const RUNG: Rung = {
  cause: 'OutOfMemory',
  microBatch: 128,
  learningRateScale: 1,
  device: 'cpu',
  atStep: 9,
  note: 'half',
};

function checkpointAt(step: number, rungs: readonly Rung[] = []): Checkpoint {
  const empty = new Float32Array();
  const state = { step, rungs } as unknown as Checkpoint['state'];
  return { identity: 'net', state, weights: empty, bestWeights: empty, firstMoment: empty, secondMoment: empty };
}

const batch = { stepInEpoch: 1, stepsInEpoch: 5, examples: 32, rung: 0 };

describe('the report of a training', () => {
  it('says where it is and which step a failure would go back to', async () => {
    const told: StageProgress[] = [];
    const report = createTrainingReport((progress) => told.push(progress), 30, []);
    const sink = report.watch(memoryCheckpoints());
    await sink.latest('net');
    report.callbacks.onTrainBegin?.({ steps: 150, parameters: 7, resumedAtStep: 0 });
    report.callbacks.onBatchEnd?.({ ...batch, step: 1, epoch: 0, loss: 1.1 });
    await sink.save(checkpointAt(1), 'interval');
    report.callbacks.onEpochEnd?.({
      ...{ epoch: 0, trainLoss: 1, stoppingLoss: 1.05, learningRate: 1, steps: 5, gradientNorm: 1 },
    });
    report.callbacks.onBatchEnd?.({ ...batch, step: 2, epoch: 1, loss: 1 });
    expect(told.map(({ step, steps, training }) => [step, steps, training?.savedStep, training?.stoppingLoss])).toEqual(
      [
        [0, 150, 0, null],
        [1, 150, 0, null],
        [1, 150, 1, null],
        [2, 150, 1, 1.05],
      ],
    );
    expect(trainingNote(told.at(-1)!)).toBe('epoch 2 of 30, loss 1.0000, stopping 1.0500, saved at step 1');
  });

  it('tells of a checkpoint that no update follows, so that a stop with one counts nothing as lost', async () => {
    const told: StageProgress[] = [];
    const report = createTrainingReport((progress) => told.push(progress), 3, []);
    report.callbacks.onBatchEnd?.({ ...batch, step: 7, epoch: 0, loss: 1.1 });
    await report.watch(memoryCheckpoints()).save(checkpointAt(7), 'stop');
    expect(told.at(-1)).toMatchObject({ step: 7, loss: 1.1, training: { savedStep: 7 } });
  });

  it('knows the rungs of the checkpoint that it goes on from', async () => {
    const told: StageProgress[] = [];
    const report = createTrainingReport((progress) => told.push(progress), 3, []);
    await report.watch(memoryCheckpoints({ start: checkpointAt(40, [RUNG]) })).latest('net');
    report.callbacks.onTrainBegin?.({ steps: 150, parameters: 7, resumedAtStep: 40 });
    report.callbacks.onBatchEnd?.({ ...batch, step: 41, epoch: 0, loss: 1 });
    expect(told[0]).toMatchObject({ step: 40, training: { resumedAtStep: 40, savedStep: 40, rungs: [RUNG] } });
    expect(trainingNote(told.at(-1)!)).toBe('epoch 1 of 3, loss 1.0000, rung 1, saved at step 40');
  });

  it('counts the windows learnt from, and tells of an epoch what this process did of it', () => {
    const told: StageProgress[] = [];
    const asides: Aside[] = [];
    const report = createTrainingReport(
      (progress) => told.push(progress),
      3,
      [],
      (aside) => asides.push(aside),
    );
    const ended = { trainLoss: 1, stoppingLoss: 1.05, learningRate: 1, steps: 5, gradientNorm: 1 };
    report.callbacks.onTrainBegin?.({ steps: 150, parameters: 7, resumedAtStep: 40 });
    report.callbacks.onBatchEnd?.({ ...batch, step: 41, epoch: 8, loss: 1 });
    report.callbacks.onBatchEnd?.({ ...batch, step: 42, epoch: 8, loss: 1, examples: 8 });
    report.callbacks.onEpochEnd?.({ epoch: 8, ...ended });
    report.callbacks.onBatchEnd?.({ ...batch, step: 43, epoch: 9, loss: 1 });
    report.callbacks.onEpochEnd?.({ epoch: 9, ...ended });
    expect(told.map(({ training }) => training?.examples)).toEqual([0, 32, 40, 72]);
    expect(asides).toMatchObject([
      { kind: 'epoch', epoch: 8, updates: 2, examples: 40, trainLoss: 1, stoppingLoss: 1.05 },
      { kind: 'epoch', epoch: 9, updates: 1, examples: 32 },
    ]);
  });
});
