import type { SymbolProgress, UniverseProgress } from '../../shared/names/messages';
import { PROGRESS_QUERY } from '../../shared/names/messages';
import type { FakeRun } from '../support/fake-run';
import { heartbeatForever } from '../support/fake-run';
import type { Gate } from '../support/gate';
import { createGate, eventually } from '../support/gate';
import { eventKinds, scheduledActivities } from '../support/history-events';
import { WorkflowEnv } from '../support/workflow-env';

/** Cancellation: what runs may save, the report is written all the same, and the run closes as cancelled. */
describe('cancellation', () => {
  let env: WorkflowEnv;
  beforeAll(async () => (env = await WorkflowEnv.start()));
  afterAll(() => WorkflowEnv.stop(env));

  /** A fit that hears of its cancellation and then needs until the gate opens to save what it has. */
  function savingFit(run: FakeRun, gates: Readonly<Record<string, Gate>>) {
    const hears = new Map(Object.keys(gates).map((symbol) => [symbol, createGate()]));
    run.fake({
      train: async ({ scope: { symbol } }) => {
        try {
          return await heartbeatForever();
        } finally {
          hears.get(symbol)!.open();
          await gates[symbol]!.passed;
          log.push(`saved ${symbol}`);
        }
      },
      recordSymbol: (input) => (log.push(`recorded ${input.symbol}`), run.well.recordSymbol(input)),
      writeReport: (input) => (log.push('reported'), run.well.writeReport(input)),
    });
    const log: string[] = [];
    return { log, heard: (symbol: string) => hears.get(symbol)!.passed };
  }

  it('waits for everything that is still saving, reports, and closes as cancelled', async () => {
    const run = env.run({
      tasks: [{ family: 'lightgbm', horizons: [20], foldId: 'f0', device: 'cpu', resumable: false }],
    });
    const gates = { AAA: createGate(), BBB: createGate() };
    const { log, heard } = savingFit(run, gates);
    const universe = await env.start(run);
    await Promise.all([run.begun('train-lightgbm-AAA-h20-f0'), run.begun('train-lightgbm-BBB-h20-f0')]);
    await universe.cancel();
    await Promise.all([heard('AAA'), heard('BBB')]);

    // A workflow that did not wait would have asked for its record together with the cancellation.
    const ofSymbol = await env.history(`${run.runId}/AAA`);
    expect(eventKinds(ofSymbol)).toContain('activityTaskCancelRequested');
    expect(scheduledActivities(ofSymbol).map(({ id }) => id)).not.toContain('record-AAA');

    gates.AAA.open();
    const half = await eventually(
      () => universe.query<UniverseProgress>(PROGRESS_QUERY),
      ({ failed }) => failed === 1,
    );
    expect(half.phase).toBe('training');
    expect(log).toEqual(['saved AAA', 'recorded AAA']);

    gates.BBB.open();
    await expect(universe.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(log).toEqual(['saved AAA', 'recorded AAA', 'saved BBB', 'recorded BBB', 'reported']);
    expect((await universe.describe()).status.name).toBe('CANCELLED');
    expect((await env.client.workflow.getHandle(`${run.runId}/BBB`).describe()).status.name).toBe('CANCELLED');
    expect(run.callsOf('recordSymbol')[0]!.input).toMatchObject({
      failure: { code: 'Cancelled', stage: 'train' },
      outcomes: [{}, {}, {}, {}, {}],
    });
    expect(run.callsOf('writeReport')[0]!.input.results).toMatchObject([
      { symbol: 'AAA', status: 'failed', failure: { code: 'Cancelled' } },
      { symbol: 'BBB', status: 'failed', failure: { code: 'Cancelled' } },
    ]);
  });

  it('reports what was done, what was running and what had not begun', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB', 'CCC'], maxParallelSymbols: 1 });
    run.fake({
      clean: (input) => (input.scope.symbol === 'BBB' ? heartbeatForever() : run.well.clean(input)),
    });
    const universe = await env.start(run);
    await run.begun('clean-BBB');
    await universe.cancel();

    await expect(universe.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(run.callsOf('writeReport')[0]!.input.results).toMatchObject([
      { symbol: 'AAA', status: 'done', failure: null },
      { symbol: 'BBB', status: 'failed', failure: { code: 'Cancelled', message: 'cancelled before it was done' } },
      { symbol: 'CCC', status: 'failed', failure: { code: 'Cancelled', message: 'not begun' } },
    ]);
    expect(run.ids()).not.toContain('ingest-CCC');
  });

  it('ends a run that is paused', async () => {
    const run = env.run({ symbols: ['AAA'] });
    const gate = createGate();
    run.fake({ ingest: async (input) => (await gate.passed, run.well.ingest(input)) });
    const universe = await env.start(run);
    await run.begun('ingest-AAA');
    await env.client.workflow.getHandle(`${run.runId}/AAA`).executeUpdate('pause');
    gate.open();
    await eventually(
      () => env.client.workflow.getHandle(`${run.runId}/AAA`).query<SymbolProgress>(PROGRESS_QUERY),
      ({ stepsDone }) => stepsDone === 1,
    );
    await universe.cancel();

    await expect(universe.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(run.ids()).toEqual(['prepare', 'ingest-AAA', 'record-AAA', 'report']);
  });

  it('fails one symbol alone when only that one was cancelled', async () => {
    const run = env.run();
    run.fake({
      clean: (input) => (input.scope.symbol === 'AAA' ? heartbeatForever() : run.well.clean(input)),
    });
    const universe = await env.start(run);
    await run.begun('clean-AAA');
    await env.client.workflow.getHandle(`${run.runId}/AAA`).cancel();

    await expect(universe.result()).resolves.toMatchObject({ status: 'partial', done: 1, failed: 1 });
    expect(run.callsOf('writeReport')[0]!.input.results[0]).toMatchObject({ failure: { code: 'Cancelled' } });
  });

  it('reports every symbol of a run in batches', async () => {
    const symbols = Array.from({ length: 205 }, (_, index) => `S${String(index).padStart(3, '0')}`);
    const run = env.run({ symbols, maxParallelSymbols: 1, until: 'ingest' });
    run.fake({
      ingest: (input) => (input.scope.symbol === 'S000' ? run.well.ingest(input) : heartbeatForever()),
    });
    const universe = await env.start(run);
    await run.begun('ingest-S001');
    await universe.cancel();

    await expect(universe.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    const { results } = run.callsOf('writeReport')[0]!.input;
    expect(results.map(({ symbol }) => symbol)).toEqual(symbols);
    expect(results.filter(({ status }) => status === 'done').map(({ symbol }) => symbol)).toEqual(['S000']);
    expect(run.callsOf('ingest')).toHaveLength(2);
  });
});
