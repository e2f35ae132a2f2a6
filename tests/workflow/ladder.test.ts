import { ApplicationFailure } from '@temporalio/common';
import type { FitTask } from '../../shared/contracts/stages';
import { PROGRESS_QUERY } from '../../shared/names/messages';
import type { SymbolProgress } from '../../shared/names/messages';
import type { Rung } from '../../shared/names/rungs';
import { heartbeatForever } from '../support/fake-run';
import { createGate, eventually } from '../support/gate';
import { scheduledActivities } from '../support/history-events';
import { WorkflowEnv } from '../support/workflow-env';

const NET: FitTask = { family: 'lstm', horizons: [20, 60], foldId: 'f0', device: 'cpu', resumable: true };
const RUNG: Rung = {
  cause: 'OutOfMemory',
  microBatch: 128,
  learningRateScale: 1,
  device: 'cpu',
  atStep: 40,
  note: 'out of memory at step 40: now 128 windows at once',
};

function stepDown(rungs: readonly Rung[], checkpointKey = 'line-1'): ApplicationFailure {
  return ApplicationFailure.create({
    type: rungs.at(-1)?.cause ?? 'OutOfMemory',
    message: 'out of memory',
    nonRetryable: true,
    details: [{ stepDown: { rungs, checkpointKey } }],
  });
}

/** Fits of nets: of several horizons at once, down the ladder, stopped by a pause. */
describe('nets in a symbol', () => {
  let env: WorkflowEnv;
  beforeAll(async () => (env = await WorkflowEnv.start()));
  afterAll(() => WorkflowEnv.stop(env));

  it('are fitted once for all horizons and judged once for each', async () => {
    const run = env.run({ symbols: ['AAA'], tasks: [NET] });
    await (await env.start(run)).result();
    expect(run.callsOf('train').map(({ activityId }) => activityId)).toEqual(['train-lstm-AAA-h20+60-f0']);
    expect(run.callsOf('train')[0]!.input.labels).toMatchObject({ '20': {}, '60': {} });
    const judged = run.callsOf('calibrate').map(({ input }) => [input.horizonBars, input.fits[0]!.predictions.uri]);
    expect(judged.sort()).toEqual([
      [20, 'objects/AAA-train-lstm-h20+60-f0-predictions-h20'],
      [60, 'objects/AAA-train-lstm-h20+60-f0-predictions-h60'],
    ]);
  });

  it('go on one rung lower, each rung an activity of its own with its reason in the summary', async () => {
    const run = env.run({ symbols: ['AAA'], tasks: [NET] });
    const second: Rung = { ...RUNG, microBatch: 64, atStep: 55, note: 'again: now 64' };
    run.fake({
      train: (input) => {
        if (input.rungs.length === 0) return Promise.reject(stepDown([RUNG]));
        if (input.rungs.length === 1) return Promise.reject(stepDown([RUNG, second], 'line-2'));
        return run.well.train(input);
      },
    });
    await expect((await env.start(run)).result()).resolves.toMatchObject({ done: 1 });
    expect(
      run.callsOf('train').map(({ activityId, input }) => [activityId, input.rungs.length, input.resumeFrom]),
    ).toEqual([
      ['train-lstm-AAA-h20+60-f0', 0, null],
      ['train-lstm-AAA-h20+60-f0-rung1', 1, 'line-1'],
      ['train-lstm-AAA-h20+60-f0-rung2', 2, 'line-2'],
    ]);
    const summaries = scheduledActivities(await env.history(`${run.runId}/AAA`)).map(({ summary }) => summary);
    expect(summaries).toContain(`AAA train lstm-h20+60-f0 · rung 1: ${RUNG.note}`);
  });

  it('goes to the queue of the device that a rung names', async () => {
    const run = env.run({ symbols: ['AAA'], tasks: [NET] });
    run.fake({
      train: (input) =>
        input.rungs.length === 0 ? Promise.reject(stepDown([{ ...RUNG, device: 'gpu' }])) : run.well.train(input),
    });
    const handle = await env.start(run);
    await run.begun('train-lstm-AAA-h20+60-f0');
    const queue = await eventually(
      async () =>
        scheduledActivities(await env.history(`${run.runId}/AAA`)).find(({ id }) => id.endsWith('rung1'))?.queue,
      (found) => found !== undefined,
    );
    expect(queue).toBe('candlewick-gpu');
    await handle.terminate();
  });

  it('stop with a pause and start again after it, under the same name', async () => {
    const run = env.run({ symbols: ['AAA'], tasks: [NET] });
    const stopped = createGate();
    run.fake({
      train: async (input) => {
        if (run.callsOf('train').length > 1) return run.well.train(input);
        try {
          return await heartbeatForever();
        } finally {
          stopped.open();
        }
      },
    });
    const universe = await env.start(run);
    await run.begun('train-lstm-AAA-h20+60-f0');
    await universe.executeUpdate('pause');
    await stopped.passed;
    const symbol = env.client.workflow.getHandle(`${run.runId}/AAA`);
    const paused = await eventually(
      () => symbol.query<SymbolProgress>(PROGRESS_QUERY),
      ({ running }) => running.length === 0,
    );
    expect(paused).toMatchObject({ paused: true, stage: 'train', failed: [] });
    expect(run.callsOf('train')).toHaveLength(1);
    await universe.executeUpdate('unpause');
    await expect(universe.result()).resolves.toMatchObject({ done: 1 });
    expect(run.ids().filter((id) => id === 'train-lstm-AAA-h20+60-f0')).toHaveLength(2);
  });

  it('show in the details what they say of themselves, while they run', async () => {
    const run = env.run({ symbols: ['AAA'], tasks: [NET] });
    const gate = createGate();
    run.fake({ train: async (input) => (await gate.passed, run.well.train(input)) });
    const universe = await env.start(run);
    await run.begun('train-lstm-AAA-h20+60-f0');
    const symbol = env.client.workflow.getHandle(`${run.runId}/AAA`);
    await symbol.signal('stepNote', { step: 'train lstm-h20+60-f0', note: 'epoch 3/30, loss 1.0642' });
    const progress = await symbol.query<SymbolProgress>(PROGRESS_QUERY);
    expect(progress.notes).toEqual({ 'train lstm-h20+60-f0': 'epoch 3/30, loss 1.0642' });
    gate.open();
    await universe.result();
    expect((await symbol.query<SymbolProgress>(PROGRESS_QUERY)).notes).toEqual({});
  });
});
