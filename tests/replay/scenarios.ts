import { ApplicationFailure } from '@temporalio/common';
import type { FitTask } from '../../shared/contracts/stages';
import type { Rung } from '../../shared/names/rungs';
import type { trainBatch } from '../../workflows';
import { PROGRESS_QUERY } from '../../shared/names/messages';
import type { SymbolProgress, UniverseProgress } from '../../shared/names/messages';
import { QUEUES } from '../../shared/names/queues';
import type { FakeRegistry } from '../support/fake-registry';
import { fault, heartbeatForever } from '../support/fake-run';
import { fakeRef } from '../support/fake-stages';
import { createGate, eventually } from '../support/gate';
import type { WorkflowEnv } from '../support/workflow-env';
import { PLAY_PROMOTIONS } from './promotion-scenarios';
import type { SCENARIOS, ScenarioName } from './recordings';

const NET: FitTask = { family: 'lstm', horizons: [20, 60], foldId: 'f0', device: 'cpu', resumable: true };
const NET_STEP = 'train lstm-h20+60-f0';

/** Ids of the workflows that a scenario left behind, all closed. */
export type Played<S extends ScenarioName> = Readonly<Record<(typeof SCENARIOS)[S][number], string>>;

/** Plays each scenario on a real server and says which workflows to record. */
export const PLAY: {
  readonly [S in ScenarioName]: (env: WorkflowEnv, registry: FakeRegistry) => Promise<Played<S>>;
} = {
  ...PLAY_PROMOTIONS,

  done: async (env) => {
    const run = env.run({}, 'done');
    await (await env.start(run)).result();
    return { 'train-universe': 'done', 'train-symbol': 'done/AAA' };
  },

  'every-stage': async (env) => {
    const stages = { barriers: 'all', diagnose: 'all', select: 'all' } as const;
    const run = env.run({ symbols: ['AAA'], optionalStages: stages }, 'every-stage');
    await (await env.start(run)).result();
    return { 'train-universe': 'every-stage', 'train-symbol': 'every-stage/AAA' };
  },

  'one-failed': async (env) => {
    const run = env.run({}, 'one-failed');
    run.fake({
      clean: (input) =>
        input.scope.symbol === 'AAA' ? Promise.reject(fault('InvalidBars', 'no bar is left')) : run.well.clean(input),
    });
    await (await env.start(run)).result();
    return { 'train-universe': 'one-failed', 'train-symbol': 'one-failed/AAA' };
  },

  'quorum-missed': async (env) => {
    const run = env.run({ successQuorum: 1 }, 'quorum-missed');
    run.fake({
      train: (input) =>
        input.scope.symbol === 'AAA' ? Promise.reject(fault('InvalidModel', 'NaN')) : run.well.train(input),
    });
    await closed(env, (await env.start(run)).workflowId);
    return { 'train-universe': 'quorum-missed' };
  },

  'pause-unpause': async (env) => {
    const run = env.run({ maxParallelSymbols: 1 }, 'pause-unpause');
    const gate = createGate();
    run.fake({ train: async (input) => (await gate.passed, run.well.train(input)) });
    const universe = await env.start(run);
    await Promise.all([run.begun('train-lightgbm-AAA-h20-f0'), run.begun('train-lightgbm-AAA-h20-f1')]);
    await universe.executeUpdate('pause');
    gate.open();
    await symbolReaches(env, 'pause-unpause/AAA', ({ stepsDone, running }) => stepsDone === 7 && running.length === 0);
    await universe.executeUpdate('unpause');
    await universe.result();
    return { 'train-universe': 'pause-unpause', 'train-symbol': 'pause-unpause/AAA' };
  },

  'retry-failed': async (env) => {
    const run = env.run({}, 'retry-failed');
    const [ingested, fitted] = [createGate(), createGate()];
    const failing = 'train-lightgbm-BBB-h20-f0';
    const isFirst = (id: string) => run.ids().filter((begun) => begun === id).length === 1;
    run.fake({
      ingest: async (input) => {
        if (input.scope.symbol === 'BBB') await ingested.passed;
        else if (isFirst('ingest-AAA')) throw fault('SourceNotFound', 'no file');
        return run.well.ingest(input);
      },
      train: async (input) => {
        if (input.scope.symbol === 'BBB') {
          if (input.task.foldId === 'f1') await fitted.passed;
          else if (isFirst(failing)) throw fault('NumericalFailure', 'NaN');
        }
        return run.well.train(input);
      },
    });
    const universe = await env.start(run);
    await eventually(
      () => universe.query<UniverseProgress>(PROGRESS_QUERY),
      ({ failed }) => failed === 1,
    );
    await universe.executeUpdate('retryFailed');
    await run.begun('ingest-AAA', 2);
    ingested.open();
    await run.begun('train-lightgbm-BBB-h20-f1');
    await symbolReaches(env, 'retry-failed/BBB', ({ failed }) => failed.length === 1);
    await env.client.workflow.getHandle('retry-failed/BBB').executeUpdate('retryFailed');
    await run.begun(failing, 2);
    fitted.open();
    await universe.result();
    return { 'train-universe': 'retry-failed', 'train-symbol': 'retry-failed/BBB' };
  },

  cancelled: async (env) => {
    const run = env.run({}, 'cancelled');
    run.fake({ train: heartbeatForever });
    const universe = await env.start(run);
    const ids = ['AAA', 'BBB'].flatMap((symbol) => ['f0', 'f1'].map((fold) => `train-lightgbm-${symbol}-h20-${fold}`));
    await Promise.all(ids.map((id) => run.begun(id)));
    await universe.cancel();
    await closed(env, 'cancelled');

    const batched = env.run({}, 'cancelled-batch');
    batched.fake({
      ingest: (input) => (input.scope.symbol === 'AAA' ? batched.well.ingest(input) : heartbeatForever()),
    });
    const batch = await startBatch(env, 'cancelled-batch', ['AAA', 'BBB', 'CCC']);
    await batched.begun('ingest-BBB');
    await batch.cancel();
    await closed(env, batch.workflowId);
    return { 'train-universe': 'cancelled', 'train-symbol': 'cancelled/AAA', 'train-batch': batch.workflowId };
  },

  batches: async (env) => {
    const symbols = Array.from({ length: 205 }, (_, index) => `S${String(index).padStart(3, '0')}`);
    const run = env.run({ symbols, maxParallelSymbols: 25, until: 'ingest' }, 'batches');
    await (await env.start(run)).result();
    return { 'train-universe': 'batches' };
  },

  batch: async (env) => {
    const run = env.run({}, 'batch');
    run.fake({
      ingest: (input) =>
        input.scope.symbol === 'BBB' ? Promise.reject(fault('InvalidSource', 'no close')) : run.well.ingest(input),
    });
    const batch = await startBatch(env, 'batch', ['AAA', 'BBB', 'CCC']);
    await batch.result();
    return { 'train-batch': batch.workflowId };
  },

  // A worker that dies is noticed by the server when its heartbeats stay away.
  'attempt-timed-out': async (env) => {
    const run = env.run({ symbols: ['AAA'] }, 'attempt-timed-out');
    const dead = createGate();
    run.fake({
      train: async (input) => {
        const first = run.ids().filter((id) => id === 'train-lightgbm-AAA-h20-f0').length === 1;
        if (first && input.task.foldId === 'f0') await dead.passed;
        return run.well.train(input);
      },
    });
    await (await env.start(run)).result();
    dead.open();
    return { 'train-symbol': 'attempt-timed-out/AAA' };
  },

  // Two rungs down, each an execution of its own; the last one tells where it is.
  'net-rungs': async (env) => {
    const run = env.run({ symbols: ['AAA'], tasks: [NET] }, 'net-rungs');
    const rungs = [128, 64].map(outOfMemory);
    run.fake({
      train: async (input) => {
        const climbed = input.rungs.length;
        if (climbed < rungs.length) throw stepDown(rungs.slice(0, climbed + 1));
        await env.client.workflow.getHandle('net-rungs/AAA').signal('stepNote', { step: NET_STEP, note: 'epoch 1/2' });
        return run.well.train(input);
      },
    });
    await (await env.start(run)).result();
    return { 'train-symbol': 'net-rungs/AAA' };
  },

  // Paused while two nets run, one of them a rung down; both are started again where they were.
  'net-paused': async (env) => {
    const other: FitTask = { ...NET, foldId: 'f1' };
    const run = env.run({ symbols: ['AAA'], tasks: [NET, other] }, 'net-paused');
    const calls = (id: string): number => run.ids().filter((begun) => begun === id).length;
    run.fake({
      train: (input) => {
        const [id, rung] = [`train-lstm-AAA-h20+60-${input.task.foldId}`, input.rungs.length];
        if (input.task.foldId === 'f1' && rung === 0) return Promise.reject(stepDown([outOfMemory(128)]));
        return calls(rung === 0 ? id : `${id}-rung1`) === 1 ? heartbeatForever() : run.well.train(input);
      },
    });
    const universe = await env.start(run);
    await Promise.all([run.begun('train-lstm-AAA-h20+60-f0'), run.begun('train-lstm-AAA-h20+60-f1-rung1')]);
    await universe.executeUpdate('pause');
    await symbolReaches(env, 'net-paused/AAA', ({ running, paused }) => paused && running.length === 0);
    await universe.executeUpdate('unpause');
    await universe.result();
    return { 'train-universe': 'net-paused', 'train-symbol': 'net-paused/AAA' };
  },

  'worker-replaced': async (env) => {
    const run = env.run({ symbols: ['AAA'] }, 'worker-replaced');
    run.fake({ train: (input) => (run.callsOf('train').length <= 2 ? heartbeatForever() : run.well.train(input)) });
    const universe = await env.start(run);
    await Promise.all([run.begun('train-lightgbm-AAA-h20-f0'), run.begun('train-lightgbm-AAA-h20-f1')]);
    await env.stopWorkers();
    await env.startWorkers();
    await universe.result();
    return { 'train-universe': 'worker-replaced', 'train-symbol': 'worker-replaced/AAA' };
  },
};

function outOfMemory(microBatch: number): Rung {
  return {
    ...{ cause: 'OutOfMemory', microBatch, learningRateScale: 1, device: 'cpu', atStep: 40 },
    note: `out of memory at step 40: now ${String(microBatch)} windows at once`,
  };
}

/** What the activity of a fit fails with that shall go on one rung lower. */
function stepDown(rungs: readonly Rung[]): ApplicationFailure {
  const details = [{ stepDown: { rungs, checkpointKey: 'line-1' } }];
  return ApplicationFailure.create({ type: 'OutOfMemory', message: 'out of memory', nonRetryable: true, details });
}

/** A batch as `trainUniverse` starts it, with few symbols. */
async function startBatch(env: WorkflowEnv, runId: string, symbols: string[]) {
  const plan = {
    limits: { heartbeatMs: 10_000, stageMs: 21_600_000 },
    ...{ config: fakeRef('config'), storeId: 'store', asOfMs: 0, symbols, maxParallelSymbols: 2, successQuorum: 0.5 },
    ...{ from: null, until: 'clean' as const },
  };
  return env.client.workflow.start<typeof trainBatch>('trainBatch', {
    taskQueue: QUEUES.control,
    workflowId: `${runId}/batch-0`,
    args: [{ workflowId: runId, runId, plan, symbols, paused: false }],
  });
}

function symbolReaches(env: WorkflowEnv, workflowId: string, holds: (progress: SymbolProgress) => boolean) {
  const handle = env.client.workflow.getHandle(workflowId);
  return eventually(() => handle.query<SymbolProgress>(PROGRESS_QUERY), holds);
}

/** Waits until a workflow is closed, however it closed. */
async function closed(env: WorkflowEnv, workflowId: string): Promise<void> {
  await env.client.workflow
    .getHandle(workflowId)
    .result()
    .catch(() => undefined);
}
