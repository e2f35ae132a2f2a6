import { createStageActivities } from '../../../activities';
import { createActivityLogs } from '../../../activities/support/activity-log';
import type { ComputePool } from '../../../activities/support/compute-pool';
import { StageFault } from '../../../activities/support/stage-fault';
import type { Rung } from '../../../shared/names/rungs';
import { createRedactor } from '../../../shared/runtime/redact';
import { createActivityLogStore } from '../../../shared/store/activity-logs';
import type { Bench } from '../bench';
import { failureOf } from '../bench';
import {
  attemptsOf,
  failing,
  ingest,
  ingestInput,
  openStageBench,
  type Compute,
  type StageBench,
} from './run-stage-bench';

/** Ingest fails this many times in a row, each time in one workflow execution. */
async function failTimes(bench: StageBench, times: number, execution: string): Promise<readonly boolean[]> {
  const input = await ingestInput(bench);
  const finals: boolean[] = [];
  for (let i = 0; i < times; i += 1) {
    const failure = await failureOf(ingest(bench, input, execution));
    finals.push(failure.nonRetryable === true);
  }
  return finals;
}

describe('a stage that fails', () => {
  it('is entered with its code and the log of the last words', async () => {
    const bench = openStageBench({ compute: failing('InvalidBars') });
    const failure = await failureOf(ingest(bench, await ingestInput(bench)));
    expect(failure).toMatchObject({ type: 'InvalidBars', message: 'it broke', nonRetryable: true });
    const log = 'memory/runs/run-1/logs/activity-1-1.txt';
    expect(failure.details).toMatchObject([{ owner: 'input', log, details: { log: 'logs/last-words.log' } }]);
    const [attempt] = await bench.store.attempts.ofRun('run-1');
    expect(attempt?.log).toBe('logs/activity-1-1.txt');
    expect(await attemptsOf(bench)).toEqual([{ outcome: 'failed', code: 'InvalidBars', execution: 'execution-1' }]);
  });

  it('leaves a log in the store: what was looked for, how the training went, what the child said, and the fault', async () => {
    const rung: Rung = {
      cause: 'OutOfMemory',
      ...{ microBatch: 32, learningRateScale: 1, device: 'cpu', atStep: 40, note: 'now 32 windows' },
    };
    const training = {
      epoch: 0,
      epochs: 9,
      resumedAtStep: 40,
      savedStep: 40,
      stoppingLoss: null,
      examples: 0,
      rungs: [],
    };
    const bench = openStageBench({
      compute:
        () =>
        (_stage, _input, { onProgress, onStderr }) => {
          const at = { phase: 'training', step: 41, steps: 100, loss: 1.5 };
          onProgress({ ...at, training });
          onProgress({ ...at, training: { ...training, epoch: 1, savedStep: 50, rungs: [rung] } });
          onStderr?.('terminate called after throwing\n');
          return Promise.reject(
            new StageFault({ code: 'TrainerCrashed', message: 'it broke', details: { exitCode: 3 } }),
          );
        },
    });
    const failure = await failureOf(ingest(bench, await ingestInput(bench)));
    expect(failure.stack).toContain('  rung        1: now 32 windows\n  checkpoint  step 50, epoch 2, 0 s before');
    const text = Buffer.from((await bench.store.objects.get('runs/run-1/logs/activity-1-1.txt'))!).toString();
    for (const line of [
      /not in the store: it has to be computed$/m,
      /goes on from the checkpoint at step 40$/m,
      /rung 1: now 32 windows$/m,
      /checkpoint at step 50, epoch 2$/m,
      /^TrainerCrashed, time 1 on this input$/m,
      /"exitCode": 3/,
      /at .*run-stage-failures\.test\.ts/,
      /standard error of the compute process\nterminate called after throwing$/m,
    ])
      expect(text).toMatch(line);
  });

  it('tells no secret, neither in its log nor in its failure', async () => {
    const words = 'GET https://me:hunter22@vendor/bars refused with key-of-the-vendor';
    const { context } = openStageBench();
    const logs = createActivityLogs(
      createActivityLogStore(context.store.objects),
      createRedactor({ CANDLEWICK_SECRET_VENDOR_KEY: 'key-of-the-vendor' }),
    );
    const compute: Compute = (_stage, _input, { onStderr }) => {
      onStderr?.(words);
      return Promise.reject(new StageFault({ code: 'SourceUnavailable', message: words, details: { words } }));
    };
    const pool: ComputePool = { compute, close: () => Promise.resolve() };
    const bench: Bench = { store: context.store, context, activities: createStageActivities({ context, pool, logs }) };
    const failure = await failureOf(ingest(bench, await ingestInput(bench)));
    const kept = Buffer.from((await context.store.objects.get('runs/run-1/logs/activity-1-1.txt'))!).toString();
    const hidden = 'GET https://[secret]@vendor/bars refused with [secret]';
    expect(failure.message).toBe(hidden);
    expect(kept).toContain(hidden);
    for (const text of [kept, JSON.stringify(failure.details), failure.stack])
      expect(text).not.toMatch(/hunter22|key-of-the-vendor/);
  });

  it('fails as it would where no log can be written', async () => {
    const bench = openStageBench({ compute: failing('StorageFull') });
    const input = await ingestInput(bench);
    const { objects } = bench.store;
    const put: typeof objects.put = (key, ...rest) =>
      key.includes('/logs/') ? Promise.reject(new Error('disk full')) : objects.put(key, ...rest);
    const logs = createActivityLogs(createActivityLogStore({ ...objects, put }), (text) => text);
    const activities = createStageActivities({ ...bench, logs });
    const failure = await failureOf(ingest({ ...bench, activities }, input));
    expect(failure).toMatchObject({ type: 'StorageFull', message: 'it broke' });
    // What the pool left on the worker's own disk stands in its place.
    expect(failure.details).toMatchObject([{ log: 'logs/last-words.log' }]);
  });

  it('is given up at its fifth crash in one workflow execution; another execution starts anew', async () => {
    const bench = openStageBench({ compute: failing('TrainerCrashed') });
    expect(await failTimes(bench, 5, 'first')).toEqual([false, false, false, false, true]);
    expect(await failTimes(bench, 5, 'retry')).toEqual([false, false, false, false, true]);
  });

  it('counts crashes of one kind only', async () => {
    let code = 'OutOfMemory';
    const bench = openStageBench({
      compute:
        () =>
        (...args) =>
          failing(code)()(...args),
    });
    expect(await failTimes(bench, 4, 'one')).toEqual([false, false, false, false]);
    code = 'TrainerCrashed';
    expect(await failTimes(bench, 1, 'one')).toEqual([false]);
  });

  it('does not count what was stopped, nor an outage', async () => {
    let code = 'TrainerCrashed';
    const bench = openStageBench({
      compute:
        () =>
        (...args) =>
          failing(code)()(...args),
    });
    await failTimes(bench, 4, 'one');
    code = 'Cancelled';
    expect(await failTimes(bench, 3, 'one')).toEqual([false, false, false]);
    code = 'StoreUnavailable';
    expect(await failTimes(bench, 6, 'one')).toEqual(new Array(6).fill(false));
    code = 'TrainerCrashed';
    expect(await failTimes(bench, 1, 'one')).toEqual([true]);
  });

  it('is tried elsewhere when the pool was closed under it and nobody cancelled', async () => {
    const bench = openStageBench({ compute: failing('Cancelled') });
    const failure = await failureOf(ingest(bench, await ingestInput(bench)));
    expect(failure).toMatchObject({ type: 'TrainerCrashed', nonRetryable: false });
    expect(failure.message).toContain('the worker ended while it computed ingest of GEN01');
    expect(await attemptsOf(bench)).toMatchObject([{ outcome: 'stopped', code: null }]);
  });

  it('is unexpected for an input that no workflow of ours gives, and given up at the fifth time', async () => {
    const bench = openStageBench();
    const wrong = { scope: { ...(await ingestInput(bench)).scope, runId: '' } };
    const finals: unknown[] = [];
    for (let i = 0; i < 5; i += 1) {
      const failure = await failureOf(ingest(bench, wrong));
      expect(failure).toMatchObject({ type: 'Unexpected' });
      expect(failure.message).toContain('runId');
      finals.push(failure.nonRetryable);
    }
    expect(finals).toEqual([false, false, false, false, true]);
    expect((await failureOf(ingest(bench, wrong, 'another'))).nonRetryable).toBe(false);
  });
});
