import { onThreads } from '../../support/tensor-setting';
import { createGate } from '../../support/gate';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { createStageActivities } from '../../../activities';
import { ingestStage } from '../../../activities/ingest';
import { createActivityLogs } from '../../../activities/support/activity-log';
import type { ComputePool } from '../../../activities/support/compute-pool';
import { createStageContext } from '../../../activities/support/context';
import { StageFault } from '../../../activities/support/stage-fault';
import type { Computed } from '../../../activities/support/stage-definition';
import { describeModelEngines } from '../../../inference/model-engines';
import type { IngestInput, StageOutcome } from '../../../shared/contracts/stages';
import { locateNativeParts } from '../../../shared/runtime/native-parts';
import type { Rung } from '../../../shared/names/rungs';
import { createRedactor } from '../../../shared/runtime/redact';
import { createActivityLogStore } from '../../../shared/store/activity-logs';
import { openStore } from '../../../shared/store/open-store';
import type { Bench } from '../bench';
import { STORE_ID, SMALL_RUN, activityEnvironment, createInProcessPool, failureOf, scopeOf } from '../bench';

type Compute = ComputePool['compute'];

/** A bench whose pool can be replaced, counting what it is asked to compute. */
function openStageBench(given: { readonly compute?: (real: Compute) => Compute; readonly environment?: string } = {}) {
  const store = openStore(createMemoryObjectStore(), () => undefined);
  const context = createStageContext({
    store,
    storeId: STORE_ID,
    engines: describeModelEngines(() => locateNativeParts({}), onThreads(1)),
    baseDir: __dirname,
    tempDir: __dirname,
    roots: null,
    vendorHosts: null,
    environment: {},
  });
  const inProcess = createInProcessPool(context);
  const real: Compute = (stage, input, options) => inProcess.compute(stage, input, options);
  const compute = jest.fn<ReturnType<Compute>, Parameters<Compute>>(given.compute?.(real) ?? real);
  const pool: ComputePool = { compute, close: () => Promise.resolve() };
  const bench: Bench = { store, context, activities: createStageActivities({ context, pool }) };
  return { ...bench, compute, pool };
}

type StageBench = ReturnType<typeof openStageBench>;

const failing = (code: string) => (): Compute => () =>
  Promise.reject(new StageFault({ code, message: 'it broke', details: { log: 'logs/last-words.log' } }));

async function ingestInput(bench: Bench, given: Partial<IngestInput['scope']> = {}): Promise<IngestInput> {
  return { scope: await scopeOf(bench, SMALL_RUN, given) };
}

function ingest(bench: Bench, input: IngestInput, execution?: string): Promise<StageOutcome> {
  return activityEnvironment(execution).run(() => bench.activities.ingest(input));
}

async function attemptsOf({ store }: Bench) {
  const attempts = await store.attempts.ofRun('run-1');
  return attempts.map(({ outcome, code, execution }) => ({ outcome, code, execution }));
}

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

describe('a stage that is run', () => {
  it('is computed and published at a miss, and only looked up at a hit', async () => {
    const bench = openStageBench();
    const input = await ingestInput(bench);
    const computed = await ingest(bench, input);
    const found = await ingest(bench, input, 'execution-2');
    expect(bench.compute).toHaveBeenCalledTimes(1);
    expect({ ...found, seconds: 0 }).toEqual({ ...computed, cacheHit: true, seconds: 0 });
    expect(computed.cacheHit).toBe(false);
    expect(await attemptsOf(bench)).toEqual([{ outcome: 'published', code: null, execution: 'execution-1' }]);
    const marker = await bench.store.stages.find('ingest', computed.key);
    expect(marker?.outputs).toEqual(computed.outputs);
    const [attempt] = await bench.store.attempts.ofKey('run-1', 'ingest', computed.key);
    expect(marker?.producer).toMatchObject({ runId: 'run-1', attemptId: attempt?.attemptId });
    expect(attempt?.endedAtMs).toBeGreaterThanOrEqual(attempt?.startedAtMs ?? NaN);
  });

  it('is settled once its result is in the store, at a miss and at a hit, and not where it fails', async () => {
    const found: boolean[] = [];
    const settled = async (_: IngestInput, { store }: Bench['context']): Promise<void> => {
      found.push((await store.objects.list('stages/')).length > 0);
    };
    const replaced = jest.spyOn(ingestStage, 'settled').mockImplementation(settled);
    try {
      const failed = openStageBench({ compute: failing('InvalidBars') });
      await failureOf(ingest(failed, await ingestInput(failed)));
      expect(found).toEqual([]);
      const bench = openStageBench();
      const input = await ingestInput(bench);
      await ingest(bench, input);
      await ingest(bench, input, 'execution-2');
      expect(found).toEqual([true, true]);
    } finally {
      replaced.mockRestore();
    }
  });

  it('is entered as running before it is computed', async () => {
    const seen: unknown[] = [];
    const bench: StageBench = openStageBench({
      compute:
        (real) =>
        async (...args) => {
          seen.push(await attemptsOf(bench));
          return real(...args);
        },
    });
    await ingest(bench, await ingestInput(bench));
    expect(seen).toEqual([[{ outcome: 'running', code: null, execution: 'execution-1' }]]);
  });

  it('is published once when it is computed twice at once; the other result is adopted', async () => {
    const bothCompute = createGate();
    let computing = 0;
    const bench = openStageBench({
      compute:
        (real) =>
        async (...args) => {
          computing += 1;
          if (computing === 2) bothCompute.open();
          await bothCompute.passed;
          return real(...args);
        },
    });
    const input = await ingestInput(bench);
    const [one, two] = await Promise.all([ingest(bench, input, 'one'), ingest(bench, input, 'two')]);
    expect(one.outputs).toEqual(two.outputs);
    const outcomes = (await attemptsOf(bench)).map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(['adopted', 'published']);
  });

  it('must be in the store already where the run begins after it', async () => {
    const bench = openStageBench();
    const failure = await failureOf(ingest(bench, await ingestInput(bench, { mustBeCached: true })));
    expect(failure).toMatchObject({ type: 'ArtifactMissing', nonRetryable: true });
    expect(failure.message).toContain('ingest of GEN01 is not in the store');
    expect(bench.compute).not.toHaveBeenCalled();
    await ingest(bench, await ingestInput(bench));
    expect((await ingest(bench, await ingestInput(bench, { mustBeCached: true }))).cacheHit).toBe(true);
  });

  it('refuses the work of another store without touching anything', async () => {
    const bench = openStageBench();
    const failure = await failureOf(ingest(bench, await ingestInput(bench, { storeId: 'another' })));
    expect(failure).toMatchObject({ type: 'StoreUnavailable', nonRetryable: false });
    expect(failure.message).toContain(
      `this worker serves the store ${STORE_ID}, and the run lives in the store another`,
    );
    expect(await attemptsOf(bench)).toEqual([]);
  });

  it('does not publish a source that changed while it was read', async () => {
    let fingerprint = 'a'.repeat(64);
    const bench = openStageBench({
      compute:
        (real) =>
        async (...args) => {
          const computed = await real(...args);
          fingerprint = 'b'.repeat(64);
          return computed;
        },
    });
    const { context } = bench;
    const source: typeof context.source = (config) => ({
      ...context.source(config),
      fingerprint: () => Promise.resolve({ ok: true, value: fingerprint }),
    });
    const activities = createStageActivities({ context: { ...context, source }, pool: bench.pool });
    const input = await ingestInput(bench);
    const failure = await failureOf(ingest({ ...bench, activities }, input));
    expect(failure).toMatchObject({ type: 'SourceUnavailable', nonRetryable: false });
    expect(await bench.store.objects.list('stages/')).toEqual([]);
    expect(await attemptsOf(bench)).toMatchObject([{ outcome: 'failed', code: 'SourceUnavailable' }]);
    expect((await ingest({ ...bench, activities }, input)).cacheHit).toBe(false);
  });
});

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
      /at .*run-stage\.test\.ts/,
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

describe('a stage that is cancelled', () => {
  it('is entered as stopped and fails with the reason of Temporal', async () => {
    const bench = openStageBench({
      compute:
        () =>
        (_stage, _input, { signal }) =>
          new Promise<Computed>((_resolve, reject) => {
            const stop = (): void => reject(new StageFault({ code: 'Cancelled', message: 'told to stop' }));
            signal.addEventListener('abort', stop, { once: true });
            env.cancel('WORKER_SHUTDOWN');
          }),
    });
    const env = activityEnvironment();
    const input = await ingestInput(bench);
    const failure = await failureOf(env.run(() => bench.activities.ingest(input)));
    expect(failure).toMatchObject({ name: 'CancelledFailure', message: 'WORKER_SHUTDOWN' });
    expect(await attemptsOf(bench)).toMatchObject([{ outcome: 'stopped', code: null }]);
  });
});

describe('heartbeats of a stage', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  it('are sent from the first moment, also while its material is slow, and end with it', async () => {
    const slow = createGate();
    const bench = openStageBench();
    const { context } = bench;
    const runConfig: typeof context.runConfig = async (ref) => {
      await slow.passed;
      return context.runConfig(ref);
    };
    const activities = createStageActivities({ context: { ...context, runConfig }, pool: bench.pool });
    const env = activityEnvironment();
    const beats: unknown[] = [];
    env.on('heartbeat', (details) => beats.push(details));
    const input = await ingestInput(bench);
    const running = env.run(() => activities.ingest(input));
    expect(beats).toEqual([{ phase: 'looking in the store', step: 0, steps: null, loss: null, key: '', seconds: 0 }]);
    jest.advanceTimersByTime(6_000);
    expect(beats).toHaveLength(4);
    expect(beats.at(-1)).toMatchObject({ key: '', seconds: 6 });
    slow.open();
    await running;
    jest.advanceTimersByTime(60_000);
    expect(beats).toHaveLength(4);
  });

  it('say the key and how far the computation is, and keep its attempt alive', async () => {
    const computing = createGate();
    const finish = createGate();
    const bench = openStageBench({
      compute: (real) => async (stage, input, options) => {
        options.onProgress({ phase: 'reading', step: 7, steps: 9, loss: null });
        computing.open();
        await finish.passed;
        return real(stage, input, { ...options, onProgress: () => undefined });
      },
    });
    const env = activityEnvironment();
    const beats: Record<string, unknown>[] = [];
    env.on('heartbeat', (details) => beats.push(details as Record<string, unknown>));
    const input = await ingestInput(bench);
    const running: Promise<StageOutcome> = env.run(() => bench.activities.ingest(input));
    await computing.passed;
    await jest.advanceTimersByTimeAsync(2_000);
    const [alive] = await bench.store.attempts.ofRun('run-1');
    expect(alive?.outcome).toBe('running');
    expect((alive?.lastSeenMs ?? NaN) - (alive?.startedAtMs ?? NaN)).toBe(2_000);
    finish.open();
    const { key } = await running;
    expect(beats.at(-1)).toEqual({
      phase: 'reading',
      step: 7,
      steps: 9,
      loss: null,
      key: key.slice(0, 16),
      seconds: 2,
    });
  });
});
