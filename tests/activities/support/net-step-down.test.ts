import { netStepDown } from '../../../activities/support/net-step-down';
import { failureFrom } from '../../../activities/support/failure';
import type { FailedComputation, StageProgress } from '../../../activities/support/stage-definition';
import type { FitTask, TrainInput } from '../../../shared/contracts/stages';
import type { Rung } from '../../../shared/names/rungs';
import { openBench, realEngines, scopeOf } from '../bench';
import { fakeRef } from '../../support/fake-stages';

const RUNG: Rung = {
  cause: 'OutOfMemory',
  microBatch: 4,
  learningRateScale: 1,
  device: 'cpu',
  atStep: 7,
  note: 'now 4 windows at once.',
};

async function decide(
  family: FitTask['family'],
  code: string,
  rungs: readonly Rung[] = [],
  known: readonly Rung[] = [],
) {
  const bench = openBench(await realEngines());
  const scope = await scopeOf(bench, { nets: { batchSize: 16, minMicroBatch: 4 } });
  const task: FitTask = { family, horizons: [20], foldId: 'f0', device: 'cpu', resumable: true };
  const input: TrainInput = {
    ...{ scope, task, features: fakeRef('features'), timeframeMs: 1, labels: {}, folds: fakeRef('folds') },
    ...{ rungs: [...rungs], resumeFrom: null },
  };
  const training = {
    epoch: 0,
    epochs: 2,
    resumedAtStep: 0,
    savedStep: 0,
    stoppingLoss: null,
    examples: 0,
    rungs: known,
  };
  const lastProgress: StageProgress = { phase: 'training', step: 12, steps: null, loss: null, training };
  const failed: FailedComputation = { key: 'ab', fault: { code, message: 'it failed' }, lastProgress };
  return netStepDown(input, bench.context, failed);
}

describe('the step down of a net', () => {
  it('halves the micro-batch, names the step and the line to go on from', async () => {
    expect(await decide('lstm', 'OutOfMemory')).toMatchObject({
      kind: 'down',
      stepDown: { rungs: [{ cause: 'OutOfMemory', microBatch: 8, atStep: 12 }], checkpointKey: 'ab' },
    });
  });

  it('goes on from the rungs that the checkpoint knew of, where they are more', async () => {
    const down = await decide('lstm', 'NumericalFailure', [], [{ ...RUNG, microBatch: 8 }]);
    expect(down).toMatchObject({ stepDown: { rungs: [{ microBatch: 8 }, { microBatch: 8, learningRateScale: 0.5 }] } });
  });

  it('ends with every rung in the message, and is not tried again', async () => {
    const ladder = await decide('lstm', 'OutOfMemory', [{ ...RUNG, microBatch: 8, note: 'now 8.' }, RUNG]);
    expect(ladder).toEqual({ kind: 'end', history: '1. now 8. 2. now 4 windows at once.' });
    const failure = failureFrom({ code: 'OutOfMemory', message: 'gone' }, { timesSoFar: 3, log: null, ladder });
    expect(failure).toMatchObject({ nonRetryable: true, type: 'OutOfMemory' });
    expect(failure.message).toBe('gone All rungs were tried: 1. now 8. 2. now 4 windows at once.');
  });

  it('is left to the error table for other faults, and for models of single rows', async () => {
    expect(await decide('lstm', 'TrainerCrashed')).toBeNull();
    expect(await decide('lightgbm', 'OutOfMemory')).toBeNull();
  });
});
