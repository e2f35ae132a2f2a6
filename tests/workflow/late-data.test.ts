import type { LateDataPlan } from '../../shared/contracts/run';
import type { UniverseProgress } from '../../shared/names/messages';
import { PROGRESS_QUERY } from '../../shared/names/messages';
import type { FakeRun } from '../support/fake-run';
import { fault } from '../support/fake-run';
import { createGate, eventually } from '../support/gate';
import { eventKinds } from '../support/history-events';
import type { RunHandle } from '../support/workflow-env';
import { WorkflowEnv } from '../support/workflow-env';

const AS_OF_MS = Date.UTC(2026, 0, 5);

/** A window that is open for so long from now on. */
function openWindow(forMs: number, change: Partial<LateDataPlan> = {}): LateDataPlan {
  return { maxAgeMs: 3_600_000, everyMs: 1_000, untilMs: Date.now() + forMs, atEnd: 'fail', ...change };
}

/** Answers looks: the symbols are late for so many looks, then for none. */
function lateFor(run: FakeRun, looks: Readonly<Record<string, number>>): void {
  run.fake({
    findLateSymbols: ({ symbols }) => {
      const look = run.callsOf('findLateSymbols').length;
      const late = symbols.filter((symbol) => look <= (looks[symbol] ?? 0));
      return Promise.resolve(late.map((symbol) => ({ symbol, newestMs: null })));
    },
  });
}

const resultsOf = (run: FakeRun) => run.callsOf('writeReport')[0]!.input.results;

/** Symbols whose bars come late, inside one run with one report. */
describe('late data', () => {
  let env: WorkflowEnv;
  beforeAll(async () => (env = await WorkflowEnv.start()));
  afterAll(() => WorkflowEnv.stop(env));

  const progressOf = (handle: RunHandle) => () => handle.query<UniverseProgress>(PROGRESS_QUERY);

  it('lets the others be done before the late one begins, in a single lane, and reports once', async () => {
    const run = env.run({
      symbols: ['AAA', 'BBB', 'CCC'],
      maxParallelSymbols: 1,
      asOfMs: AS_OF_MS,
      lateData: openWindow(60_000),
    });
    let isThere = false;
    run.fake({
      findLateSymbols: () => Promise.resolve(isThere ? [] : [{ symbol: 'AAA', newestMs: null }]),
    });
    const universe = await env.start(run);
    const waiting = await eventually(progressOf(universe), ({ done }) => done === 2);
    expect(waiting).toMatchObject({
      symbols: [{ state: 'late' }, { state: 'done' }, { state: 'done' }],
      waitingFor: { symbols: [{ symbol: 'AAA', newestMs: null }] },
    });
    isThere = true;
    await expect(universe.result()).resolves.toMatchObject({ status: 'done', done: 3 });
    const [first, ...later] = run.callsOf('findLateSymbols').map(({ input }) => input.symbols);
    expect(first).toEqual(['AAA', 'BBB', 'CCC']);
    expect(later.length).toBeGreaterThan(0);
    expect(later).toEqual(later.map(() => ['AAA']));
    expect(run.ids().indexOf('ingest-AAA')).toBeGreaterThan(run.ids().indexOf('record-CCC'));
    expect(run.callsOf('writeReport')).toHaveLength(1);
  });

  it('fails a symbol alone that is late to the end, with its own code', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'], asOfMs: AS_OF_MS, lateData: openWindow(1_500) });
    lateFor(run, { BBB: Infinity });
    const universe = await env.start(run);
    await expect(universe.result()).resolves.toMatchObject({ status: 'partial', done: 1, failed: 1 });
    expect(resultsOf(run).find(({ symbol }) => symbol === 'BBB')).toMatchObject({
      status: 'failed',
      failure: { code: 'LateData', message: expect.stringContaining('the source has no bar of it') as unknown },
    });
    expect(run.ids()).not.toContain('ingest-BBB');
  });

  it('trains a symbol on what is there where that is asked for', async () => {
    const run = env.run({ symbols: ['AAA'], asOfMs: AS_OF_MS, lateData: openWindow(1_500, { atEnd: 'train' }) });
    lateFor(run, { AAA: Infinity });
    const universe = await env.start(run);
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });
    expect(run.ids()).toContain('ingest-AAA');
  });

  it('waits for nothing once the window is over, as for a day that is past', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'], asOfMs: AS_OF_MS, lateData: openWindow(-1) });
    lateFor(run, { BBB: Infinity });
    const universe = await env.start(run);
    await expect(universe.result()).resolves.toMatchObject({ status: 'partial' });
    expect(eventKinds(await env.history(run.runId))).not.toContain('timerStarted');
    expect(run.callsOf('findLateSymbols')).toHaveLength(1);
  });

  it('fails the symbols that it cannot look for, and not the others', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'], asOfMs: AS_OF_MS, lateData: openWindow(60_000) });
    run.fake({
      findLateSymbols: ({ symbols }) => {
        if (symbols.length < 2) throw fault('StoreUnavailable', 'gone');
        return Promise.resolve([{ symbol: 'BBB', newestMs: AS_OF_MS - 7_200_000 }]);
      },
    });
    const universe = await env.start(run);
    await expect(universe.result()).resolves.toMatchObject({ status: 'partial' });
    expect(resultsOf(run).find(({ symbol }) => symbol === 'BBB')).toMatchObject({
      failure: { code: 'StoreUnavailable' },
    });
  });

  it('is cancelled while it waits, with a report of what was done', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'], asOfMs: AS_OF_MS, lateData: openWindow(3_600_000) });
    lateFor(run, { BBB: Infinity });
    const universe = await env.start(run);
    await eventually(progressOf(universe), ({ done }) => done === 1);
    await universe.cancel();
    await expect(universe.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(resultsOf(run).map(({ symbol, status }) => [symbol, status])).toEqual([
      ['AAA', 'done'],
      ['BBB', 'failed'],
    ]);
  });

  it('waits for nobody any more once a look has failed for good', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'], asOfMs: AS_OF_MS, lateData: openWindow(60_000) });
    const gate = createGate();
    run.fake({
      findLateSymbols: ({ symbols }) => {
        if (symbols.length < 2) throw fault('StoreUnavailable', 'gone');
        return Promise.resolve([{ symbol: 'BBB', newestMs: null }]);
      },
      ingest: async (input) => (await gate.passed, run.well.ingest(input)),
    });
    const universe = await env.start(run);
    const after = await eventually(progressOf(universe), ({ failed }) => failed === 1);
    gate.open();
    await universe.result();
    expect(after.waitingFor).toBeUndefined();
  });

  it('looks once more after the window before it gives anybody up', async () => {
    const lateData = openWindow(500);
    const run = env.run({ symbols: ['AAA'], asOfMs: AS_OF_MS, lateData });
    run.fake({
      // The bars come while the look from within the window still runs.
      findLateSymbols: async ({ symbols }) => {
        if (run.callsOf('findLateSymbols').length > 1) return [];
        while (Date.now() <= lateData.untilMs) await new Promise((done) => setTimeout(done, 100));
        return symbols.map((symbol) => ({ symbol, newestMs: null }));
      },
    });
    const universe = await env.start(run);
    await expect(universe.result()).resolves.toMatchObject({ status: 'done', done: 1 });
  });

  it('says of a symbol whose source does not answer that it could not be asked', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'], asOfMs: AS_OF_MS, lateData: openWindow(-1) });
    run.fake({
      findLateSymbols: () => Promise.resolve([{ symbol: 'BBB', newestMs: null, trouble: 'VendorRateLimited' }]),
    });
    await (await env.start(run)).result();
    expect(resultsOf(run).find(({ symbol }) => symbol === 'BBB')).toMatchObject({
      failure: { code: 'LateData', message: expect.stringContaining('VendorRateLimited') as unknown },
    });
  });

  it('looks again for late symbols when their batch begins, also after the window, and shows them meanwhile', async () => {
    const symbols = Array.from({ length: 201 }, (_, i) => `S${String(i).padStart(3, '0')}`);
    const lateData = openWindow(2_000);
    const run = env.run({ symbols, maxParallelSymbols: 50, asOfMs: AS_OF_MS, lateData, tasks: [] });
    const gate = createGate();
    run.fake({
      ingest: async ({ scope }) => {
        if (scope.symbol === 'S001') await gate.passed;
        throw fault('SourceNotFound', 'none of them');
      },
    });
    lateFor(run, { S000: 1 });
    const universe = await env.start(run);
    const waiting = await eventually(progressOf(universe), ({ waitingFor }) => waitingFor !== undefined);
    expect(waiting.waitingFor).toEqual({ symbols: [{ symbol: 'S000', newestMs: null }], untilMs: lateData.untilMs });
    expect(waiting.symbols[0]).toMatchObject({ symbol: 'S000', state: 'late' });
    await eventually(
      () => Promise.resolve(Date.now()),
      (now) => now > lateData.untilMs,
    );
    gate.open();
    await expect(universe.result()).rejects.toMatchObject({ cause: { type: 'QuorumMissed' } });
    expect(resultsOf(run).find(({ symbol }) => symbol === 'S000')?.failure?.code).toBe('SourceNotFound');
    expect((await progressOf(universe)()).waitingFor).toBeUndefined();
  }, 60_000);

  it('keeps late symbols of a large run out of the batches that need not wait', async () => {
    const symbols = Array.from({ length: 201 }, (_, i) => `S${String(i).padStart(3, '0')}`);
    const run = env.run({ symbols, maxParallelSymbols: 50, asOfMs: AS_OF_MS, lateData: openWindow(60_000), tasks: [] });
    run.fake({ ingest: () => Promise.reject(fault('SourceNotFound', 'none of them')) });
    lateFor(run, { S000: 1 });
    const universe = await env.start(run);
    await expect(universe.result()).rejects.toMatchObject({ cause: { type: 'QuorumMissed' } });
    expect(run.callsOf('ingest').at(-1)!.input.scope.symbol).toBe('S000');
    expect(resultsOf(run)).toHaveLength(201);
    expect(resultsOf(run).every(({ failure }) => failure?.code === 'SourceNotFound')).toBe(true);
  }, 60_000);
});
