import { rmSync } from 'node:fs';
import { ApplicationFailure } from '@temporalio/common';
import { cancelCommand } from '../../cli/commands/cancel';
import { failuresCommand } from '../../cli/commands/failures';
import { moveCommand } from '../../cli/commands/move';
import { pauseCommand } from '../../cli/commands/pause';
import { retryCommand } from '../../cli/commands/retry';
import { statusCommand } from '../../cli/commands/status';
import { pendingStates } from '../../cli/pending-activities';
import type { FitTask } from '../../shared/contracts/stages';
import { createAuditLog } from '../../shared/store/audit-log';
import { openObjectStore } from '../../shared/store/open-store';
import { identifyStore } from '../../shared/store/store-identity';
import { commandContext } from '../support/command-context';
import { heartbeatForever } from '../support/fake-run';
import { createGate, eventually } from '../support/gate';
import { WorkflowEnv } from '../support/workflow-env';

const ON_GPU: FitTask = { family: 'lstm', horizons: [20], foldId: 'f0', device: 'gpu', resumable: true };
const GPU_FIT = 'train-lstm-AAA-h20-f0';

/** The commands of operations, as functions, on a real server: a control and a cpu worker, none for the gpu queue. */
describe('operating a run', () => {
  let env: WorkflowEnv;
  let context: ReturnType<typeof commandContext>;
  beforeAll(async () => (env = await WorkflowEnv.start()));
  afterAll(() => WorkflowEnv.stop(env));
  beforeEach(async () => {
    context = commandContext(env.address);
    await identifyStore(openObjectStore(context.settings));
  });
  afterEach(() => rmSync(context.settings.home, { recursive: true, force: true }));

  const pendingOf = async (runId: string) => (await pendingStates(env.client, runId)).states.map(({ state }) => state);
  const audit = async () => (await createAuditLog(openObjectStore(context.settings)).read({})).entries;

  it('tells of a fit that waits in a queue without workers, and moves it to one that has some', async () => {
    const run = env.run({ symbols: ['AAA'], tasks: [ON_GPU] });
    const universe = await env.start(run);
    await eventually(
      () => pendingOf(run.runId),
      (all) => all.some(({ activityId }) => activityId === GPU_FIT),
    );

    await failuresCommand(context, [run.runId], {});
    expect(context.lines.join('\n')).toContain(`${run.runId}/AAA  ${GPU_FIT}  attempt 1  waits without a worker`);
    expect(context.lines.join('\n')).toContain('no worker polls candlewick-gpu: it waits until one comes');
    context.lines.length = 0;
    await statusCommand(context, run.runId);
    expect(context.lines.join('\n')).toContain(
      `no worker polls candlewick-gpu: an activity waits. Start one (./candlewick worker --role gpu), or ./candlewick move ${run.runId} --queue cpu`,
    );

    await expect(moveCommand(context, [run.runId, 'AAA', GPU_FIT], { queue: 'gpu' })).rejects.toThrow(
      `${GPU_FIT} is in candlewick-gpu already`,
    );
    context.lines.length = 0;
    await moveCommand(context, [`${run.runId}/AAA/${GPU_FIT}`], { queue: 'cpu', who: 'ops', why: 'no GPU today' });
    expect(context.lines).toEqual([`${run.runId}/AAA ${GPU_FIT} goes from candlewick-gpu to candlewick-cpu now`]);
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });
    expect(run.ids()).toContain(GPU_FIT);
    expect(await audit()).toMatchObject([
      {
        who: 'ops',
        why: 'no GPU today',
        action: 'run-changed',
        subject: `${run.runId}/AAA/${GPU_FIT}`,
        details: { command: 'move', from: 'candlewick-gpu', to: 'candlewick-cpu' },
      },
    ]);
  });

  it('moves all that wait without a worker where none is named, and nothing else', async () => {
    const tasks: FitTask[] = [ON_GPU, { ...ON_GPU, foldId: 'f1' }, { ...ON_GPU, foldId: 'f2', device: 'cpu' }];
    const run = env.run({ symbols: ['AAA'], tasks });
    const gate = createGate();
    run.fake({
      train: async (input) => (input.task.foldId === 'f2' ? await gate.passed : undefined, run.well.train(input)),
    });
    const universe = await env.start(run);
    await eventually(
      () => pendingOf(run.runId),
      (all) => all.length === 3,
    );
    await moveCommand(context, [run.runId], { queue: 'cpu' });
    expect(context.lines.map((line) => line.split(' ')[1]).sort()).toEqual([GPU_FIT, GPU_FIT.replace('f0', 'f1')]);
    gate.open();
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });
  });

  it('warns where the other queue has no workers either, and refuses light work', async () => {
    const run = env.run({ symbols: ['AAA'] });
    const gate = createGate();
    run.fake({
      clean: async (input) => (await gate.passed, run.well.clean(input)),
      writeReport: async (input) => (await gate.passed, run.well.writeReport(input)),
    });
    const universe = await env.start(run);
    await run.begun('clean-AAA');
    await moveCommand(context, [run.runId, 'AAA', 'clean-AAA'], { queue: 'gpu' });
    expect(context.lines).toEqual([
      'warning: no worker asks candlewick-gpu either; start one with ./candlewick worker --role gpu',
      `${run.runId}/AAA clean-AAA goes from candlewick-cpu to candlewick-gpu with its next attempt (it is running now)`,
    ]);
    gate.open();
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });
  });

  it('tries a waiting activity now, with its code and log told before', async () => {
    const run = env.run({ symbols: ['AAA'] });
    let isMended = false;
    run.fake({
      clean: (input) => {
        if (isMended) return run.well.clean(input);
        const details = [{ log: '/store/runs/r/logs/clean-AAA-1.txt', rung: null, checkpoint: { step: 8, epoch: 2 } }];
        // A back-off that no test would live to see the end of.
        throw ApplicationFailure.create({
          type: 'StoreUnavailable',
          message: 'away',
          nextRetryDelay: '1 hour',
          details,
        });
      },
    });
    const universe = await env.start(run);
    await eventually(
      () => pendingOf(run.runId),
      (all) => all[0]?.code === 'StoreUnavailable',
    );
    await failuresCommand(context, [run.runId, 'AAA'], {});
    const told = context.lines.join('\n');
    expect(told).toContain(`${run.runId}/AAA  clean-AAA  attempt 2  StoreUnavailable\n  away\n  tried again in `);
    expect(told).toContain(
      '  last checkpoint: step 8, epoch 2\n  last ran on candlewick-test\n  log: /store/runs/r/logs/',
    );
    expect(told).toContain('docs/runbook.md#storeunavailable');
    context.lines.length = 0;
    await failuresCommand(context, [run.runId, 'BBB'], {});
    expect(context.lines).toEqual([`${run.runId} BBB: no failures`]);

    isMended = true;
    context.lines.length = 0;
    await retryCommand(context, [run.runId, 'AAA', 'clean-AAA'], {});
    expect(context.lines).toEqual(['clean-AAA is tried now; its attempts are counted from 1 again']);
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });
    expect(await audit()).toMatchObject([{ details: { command: 'retry' } }]);
  });

  it('leaves a running activity alone, pauses it and lets it go on', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'] });
    let isPaused = false;
    run.fake({
      clean: (input) => (input.scope.symbol === 'BBB' || isPaused ? run.well.clean(input) : heartbeatForever()),
    });
    const universe = await env.start(run);
    await run.begun('clean-AAA');
    const name = [run.runId, 'AAA', 'clean-AAA'];
    await retryCommand(context, name, {});
    expect(context.lines).toEqual(['clean-AAA is running now (attempt 1 on candlewick-test): nothing to retry']);
    await pauseCommand(context, name, true, {});
    isPaused = true;
    await eventually(
      () => pendingOf(run.runId),
      (all) => all.some(({ state }) => state === 'paused'),
    );
    await env.client.workflow.getHandle(`${run.runId}/BBB`).result();
    await expect(pauseCommand(context, name, true, {})).rejects.toThrow('is paused already');
    // Named without its symbol, which its name tells.
    await eventually(
      () => pauseCommand(context, [run.runId, 'clean-AAA'], false, {}).catch(() => null),
      (code) => code === 0,
    );
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });
  });

  it('pauses, unpauses and cancels one symbol alone', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'] });
    run.fake({ ingest: (input) => (input.scope.symbol === 'AAA' ? heartbeatForever() : run.well.ingest(input)) });
    const universe = await env.start(run);
    await run.begun('ingest-AAA');
    await pauseCommand(context, [`${run.runId}/AAA`], true, {});
    await pauseCommand(context, [run.runId, 'AAA'], false, {});
    await cancelCommand(context, [run.runId, 'AAA'], {});
    expect(context.lines).toEqual([
      'AAA pauses before its next step',
      'AAA goes on',
      `${run.runId}/AAA is asked to stop; what was done stays in the store; the other symbols go on`,
    ]);
    await expect(universe.result()).resolves.toMatchObject({ status: 'partial', done: 1, failed: 1 });
    const { results } = run.callsOf('writeReport')[0]!.input;
    expect(results.map(({ failure }) => failure?.code ?? null)).toEqual(['Cancelled', null]);
    await expect(cancelCommand(context, [run.runId, 'AAA'], {})).rejects.toThrow('it is closed already');
    expect((await audit()).map(({ details }) => details.command)).toEqual(['pause', 'unpause', 'cancel']);
  });

  it('says what there is where a name fits nothing', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'], maxParallelSymbols: 1 });
    const gate = createGate();
    run.fake({ clean: async (input) => (await gate.passed, run.well.clean(input)) });
    const universe = await env.start(run);
    await run.begun('clean-AAA');
    const pause = (...words: string[]) => pauseCommand(context, words, true, {});
    await expect(pause('nothing')).rejects.toThrow("there is no run 'nothing'; ./candlewick status lists the runs");
    await expect(pause(run.runId, 'CCC')).rejects.toThrow(
      `${run.runId} has no symbol and no pending activity 'CCC'; it has AAA, BBB (waiting)`,
    );
    await expect(pause(run.runId, 'AAA', 'train-AAA')).rejects.toThrow(
      `${run.runId}/AAA has no pending activity 'train-AAA'; pending are clean-AAA`,
    );
    await expect(cancelCommand(context, [run.runId, 'AAA/clean-AAA'.split('/')[1]!], {})).rejects.toThrow();
    gate.open();
    await universe.result();
  });

  it('a symbol that failed goes on after a reset to the event that scheduled the failed activity (T15)', async () => {
    const run = env.run({ symbols: ['AAA'] });
    let isMended = false;
    run.fake({
      clean: (input) => {
        if (isMended) return run.well.clean(input);
        throw ApplicationFailure.create({ type: 'InvalidBars', message: 'holes', nonRetryable: true });
      },
    });
    await expect((await env.start(run)).result()).rejects.toThrow();
    isMended = true;
    const workflowId = `${run.runId}/AAA`;
    const { events } = await env.history(workflowId);
    const scheduled = (events ?? []).find(
      ({ activityTaskScheduledEventAttributes: of }) => of?.activityId === 'clean-AAA',
    );
    await env.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId },
      workflowTaskFinishEventId: scheduled!.activityTaskScheduledEventAttributes!.workflowTaskCompletedEventId!,
      requestId: 'reset-1',
      reason: 'the file was mended',
    });
    await expect(env.client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({ status: 'done' });
    // What was done before the event is in the history and is not asked for again.
    expect(run.callsOf('ingest')).toHaveLength(1);
    expect(run.callsOf('clean')).toHaveLength(2);
  });
});
