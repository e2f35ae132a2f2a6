import { MockActivityEnvironment } from '@temporalio/testing';
import type { StageProgress } from '../../../activities/support/stage-definition';
import type { SendNote } from '../../../activities/support/step-notes';
import { createStepNotes } from '../../../activities/support/step-notes';

const progress: StageProgress = {
  ...{ phase: 'training', step: 3, steps: 9, loss: 1 },
  training: { epoch: 0, epochs: 2, resumedAtStep: 0, savedStep: 0, stoppingLoss: null, examples: 0, rungs: [] },
};

async function notesOver(hours: number, send: SendNote): Promise<void> {
  const clock = { ms: 0 };
  const execution = { workflowId: 'run/AAA', runId: 'r1' };
  await new MockActivityEnvironment({ workflowExecution: execution }).run(() => {
    const tell = createStepNotes(send, () => clock.ms).forStep('train lstm-h20-f0');
    for (; clock.ms <= hours * 3_600_000; clock.ms += 1_000) tell(progress);
    return Promise.resolve();
  });
}

describe('notes to the workflow', () => {
  it('go to the execution that the activity belongs to, the first after two seconds', async () => {
    const sent: unknown[] = [];
    await notesOver(11 / 3600, (execution, note) => (sent.push([execution.workflowId, note]), Promise.resolve()));
    expect(sent).toEqual([
      ['run/AAA', { step: 'train lstm-h20-f0', note: 'epoch 1 of 2, loss 1.0000, saved at step 0' }],
    ]);
  });

  it('become rarer with time, so that a day of training stays far below the limits of a history', async () => {
    let sent = 0;
    await notesOver(24, () => ((sent += 1), Promise.resolve()));
    expect(sent).toBeGreaterThan(150);
    expect(sent).toBeLessThan(350);
  });

  it('that do not arrive hurt nobody', async () => {
    await expect(notesOver(1, () => Promise.reject(new Error('no server')))).resolves.toBeUndefined();
  });
});
