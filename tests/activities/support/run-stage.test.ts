import { createGate } from '../../support/gate';
import { createStageActivities } from '../../../activities';
import { ingestStage } from '../../../activities/ingest';
import { StageFault } from '../../../activities/support/stage-fault';
import type { Computed } from '../../../activities/support/stage-definition';
import type { IngestInput, StageOutcome } from '../../../shared/contracts/stages';
import type { Bench } from '../bench';
import { STORE_ID, activityEnvironment, failureOf } from '../bench';
import { attemptsOf, failing, ingest, ingestInput, openStageBench, type StageBench } from './run-stage-bench';

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
