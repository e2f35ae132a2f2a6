import type { UniverseProgress } from '../../shared/names/messages';
import { PROGRESS_QUERY } from '../../shared/names/messages';
import { createGate, eventually } from '../support/gate';
import { startedChildren } from '../support/history-events';
import { WorkflowEnv } from '../support/workflow-env';

const LARGE_RUN_TIMEOUT_MS = 120_000;

/** How a run spreads over its symbols: lanes, batches, ids. */
describe('fan-out', () => {
  let env: WorkflowEnv;
  beforeAll(async () => (env = await WorkflowEnv.start()));
  afterAll(() => WorkflowEnv.stop(env));

  it('runs at most maxParallelSymbols children at once, and always as many as it may', async () => {
    const symbols = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'];
    const run = env.run({ symbols, maxParallelSymbols: 2, until: 'ingest' });
    const gates = new Map(symbols.map((symbol) => [symbol, createGate()]));
    run.fake({
      ingest: async (input) => {
        await gates.get(input.scope.symbol)!.passed;
        return run.well.ingest(input);
      },
    });
    const handle = await env.start(run);
    const runningSymbols = async () => {
      const { symbols: all } = await handle.query<UniverseProgress>(PROGRESS_QUERY);
      return all.filter(({ state }) => state === 'running').map(({ symbol }) => symbol);
    };

    await Promise.all([run.begun('ingest-AAA'), run.begun('ingest-BBB')]);
    expect(await runningSymbols()).toEqual(['AAA', 'BBB']);
    gates.get('BBB')!.open();
    await run.begun('ingest-CCC');
    expect(await runningSymbols()).toEqual(['AAA', 'CCC']);
    expect(
      run
        .callsOf('ingest')
        .map(({ input }) => input.scope.symbol)
        .sort(),
    ).toEqual(['AAA', 'BBB', 'CCC']);

    for (const gate of gates.values()) gate.open();
    await expect(handle.result()).resolves.toMatchObject({ status: 'done', done: 5 });
    const children = startedChildren(await env.history(run.runId));
    expect(children.map(({ id }) => id)).toEqual(symbols.map((symbol) => `${run.runId}/${symbol}`));
    expect(children[0]).toEqual({ id: `${run.runId}/AAA`, type: 'trainSymbol', summary: 'AAA' });
  });

  it(
    'cuts more than 200 symbols into batches and gathers the results of all',
    async () => {
      const symbols = Array.from({ length: 205 }, (_, index) => `S${String(index).padStart(3, '0')}`);
      const run = env.run({ symbols, maxParallelSymbols: 25, until: 'ingest' });
      const held = createGate();
      run.fake({
        ingest: async (input) => {
          if (input.scope.symbol === 'S204') await held.passed;
          return run.well.ingest(input);
        },
      });
      const handle = await env.start(run);
      await run.begun('ingest-S204');
      const progress = await eventually(
        () => handle.query<UniverseProgress>(PROGRESS_QUERY),
        ({ done }) => done >= 200,
      );
      expect(progress).toMatchObject({ phase: 'training', total: 205, done: 200, failed: 0 });
      held.open();

      await expect(handle.result()).resolves.toMatchObject({ status: 'done', symbols: 205, done: 205 });
      expect(startedChildren(await env.history(run.runId))).toEqual([
        { id: `${run.runId}/batch-0`, type: 'trainBatch', summary: 'symbols 1 to 200' },
        { id: `${run.runId}/batch-1`, type: 'trainBatch', summary: 'symbols 201 to 205' },
      ]);
      const last = startedChildren(await env.history(`${run.runId}/batch-1`));
      expect(last.map(({ id }) => id)).toEqual(symbols.slice(200).map((symbol) => `${run.runId}/${symbol}`));
      expect(run.callsOf('writeReport')[0]!.input.results.map(({ symbol }) => symbol)).toEqual(symbols);
      expect(new Set(run.callsOf('ingest').map(({ input }) => input.scope.runId))).toEqual(new Set([run.runId]));
    },
    LARGE_RUN_TIMEOUT_MS,
  );

  it('refuses to be a symbol or a batch of its own, in a sentence that names what to start instead', async () => {
    const start = (type: string) =>
      env.client.workflow.execute(type, { taskQueue: 'candlewick-control', workflowId: `lonely-${type}` });

    await expect(start('trainSymbol')).rejects.toMatchObject({
      cause: { type: 'InvalidConfig', message: expect.stringContaining('start trainUniverse') as string },
    });
    await expect(start('trainBatch')).rejects.toMatchObject({
      cause: { type: 'InvalidConfig', message: expect.stringContaining('trainUniverse') as string },
    });
  });
});
