import type { WorkflowHandle } from '@temporalio/client';
import type { SymbolProgress, UniverseProgress } from '../../shared/names/messages';
import { PROGRESS_QUERY } from '../../shared/names/messages';
import { fault } from '../support/fake-run';
import { createGate, eventually } from '../support/gate';
import { eventKinds } from '../support/history-events';
import { WorkflowEnv } from '../support/workflow-env';

const symbolProgress = (handle: WorkflowHandle) => () => handle.query<SymbolProgress>(PROGRESS_QUERY);
const universeProgress = (handle: WorkflowHandle) => () => handle.query<UniverseProgress>(PROGRESS_QUERY);

/** What people may do to a run in progress. */
describe('pause, unpause, retryFailed', () => {
  let env: WorkflowEnv;
  beforeAll(async () => (env = await WorkflowEnv.start()));
  afterAll(() => WorkflowEnv.stop(env));

  async function updateEvents(workflowId: string): Promise<readonly string[]> {
    return eventKinds(await env.history(workflowId)).filter((kind) => kind.startsWith('workflowExecutionUpdate'));
  }

  it('holds a symbol back before its next step, and lets it go on', async () => {
    const run = env.run({ symbols: ['AAA'] });
    const gate = createGate();
    run.fake({ clean: async (input) => (await gate.passed, run.well.clean(input)) });
    const universe = await env.start(run);
    await run.begun('clean-AAA');
    const symbol = env.client.workflow.getHandle(`${run.runId}/AAA`);

    await expect(symbol.executeUpdate<string, []>('pause')).resolves.toBe('AAA pauses before its next step');
    gate.open();
    const held = await eventually(symbolProgress(symbol), ({ stepsDone }) => stepsDone === 2);
    expect(held).toMatchObject({ paused: true, running: [] });
    expect(
      eventKinds(await env.history(symbol.workflowId)).filter((kind) => kind === 'activityTaskScheduled'),
    ).toHaveLength(2);

    await expect(symbol.executeUpdate<string, []>('unpause')).resolves.toBe('AAA goes on');
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });
    expect(run.ids().slice(0, 4)).toEqual(['prepare', 'ingest-AAA', 'clean-AAA', 'features-AAA']);
  });

  it('holds a whole run back: running symbols begin no step, waiting ones do not begin', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'], maxParallelSymbols: 1 });
    const gate = createGate();
    run.fake({ ingest: async (input) => (await gate.passed, run.well.ingest(input)) });
    const universe = await env.start(run);
    await run.begun('ingest-AAA');
    const symbol = env.client.workflow.getHandle(`${run.runId}/AAA`);

    await expect(universe.executeUpdate<string, []>('pause')).resolves.toBe('the run pauses: no further step begins');
    await eventually(symbolProgress(symbol), ({ paused }) => paused);
    gate.open();
    await eventually(symbolProgress(symbol), ({ stepsDone }) => stepsDone === 1);
    expect(run.ids()).toEqual(['prepare', 'ingest-AAA']);

    // By hand past the pause of the run: the symbol ends, and the next one still waits for the run.
    await symbol.executeUpdate('unpause');
    await symbol.result();
    const paused = await eventually(universeProgress(universe), ({ done }) => done === 1);
    expect(paused).toMatchObject({ paused: true, symbols: [{ state: 'done' }, { state: 'waiting' }] });

    await universe.executeUpdate('unpause');
    await expect(universe.result()).resolves.toMatchObject({ status: 'done', done: 2 });
  });

  it('begins symbols paused when the run was paused before it knew them', async () => {
    const run = env.run({ symbols: ['AAA'] });
    const gate = createGate();
    run.fake({ prepareRun: async (input) => (await gate.passed, run.well.prepareRun(input)) });
    const universe = await env.start(run);
    await run.begun('prepare');
    await universe.executeUpdate('pause');
    gate.open();
    await eventually(universeProgress(universe), ({ phase }) => phase === 'training');
    expect(run.ids()).toEqual(['prepare']);

    await universe.executeUpdate('unpause');
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });
  });

  it('refuses what makes no sense now, in a sentence, and leaves no event of it', async () => {
    const run = env.run({ symbols: ['AAA'] });
    const gate = createGate();
    run.fake({ ingest: async (input) => (await gate.passed, run.well.ingest(input)) });
    const universe = await env.start(run);
    await run.begun('ingest-AAA');
    const symbol = env.client.workflow.getHandle(`${run.runId}/AAA`);
    const refused = (handle: WorkflowHandle, update: string, message: string) =>
      expect(handle.executeUpdate(update)).rejects.toMatchObject({ cause: { message } });

    for (const handle of [universe, symbol]) {
      await refused(handle, 'unpause', 'not paused');
      await refused(
        handle,
        'retryFailed',
        handle === symbol ? 'nothing has failed so far' : 'no failed symbol to start again',
      );
      expect(await updateEvents(handle.workflowId)).toEqual([]);
    }
    await symbol.executeUpdate('pause');
    const once = await updateEvents(symbol.workflowId);
    await refused(symbol, 'pause', 'already paused');
    expect(await updateEvents(symbol.workflowId)).toEqual(once);
    await universe.executeUpdate('pause');
    await refused(universe, 'pause', 'already paused');
    expect(await updateEvents(universe.workflowId)).toHaveLength(2);

    await universe.executeUpdate('unpause');
    gate.open();
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });
  });

  it('starts only the failed fit again while another is open', async () => {
    const run = env.run({ symbols: ['AAA'] });
    const gate = createGate();
    const [failing, open] = ['train-lightgbm-AAA-h20-f0', 'train-lightgbm-AAA-h20-f1'] as const;
    run.fake({
      train: async (input) => {
        if (input.task.foldId === 'f1') await gate.passed;
        else if (run.ids().filter((id) => id === failing).length === 1) throw fault('NumericalFailure', 'NaN');
        return run.well.train(input);
      },
    });
    const universe = await env.start(run);
    await Promise.all([run.begun(failing), run.begun(open)]);
    const symbol = env.client.workflow.getHandle(`${run.runId}/AAA`);
    await eventually(symbolProgress(symbol), ({ failed }) => failed.includes('train lightgbm-h20-f0'));

    await expect(symbol.executeUpdate<string, []>('retryFailed')).resolves.toBe(`started again: ${failing}`);
    await run.begun(failing, 2);
    gate.open();
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });
    expect(run.ids().filter((id) => id === open)).toHaveLength(1);
    expect(run.callsOf('recordSymbol')[0]!.input).toMatchObject({ failure: null });
  });

  it('counts a step once when a model is started again after one of its stages failed', async () => {
    const run = env.run({
      symbols: ['AAA'],
      tasks: [
        { family: 'lightgbm', horizons: [20], foldId: 'f0', device: 'cpu', resumable: false },
        { family: 'logistic', horizons: [20], foldId: 'f0', device: 'cpu', resumable: false },
      ],
    });
    const gate = createGate();
    run.fake({
      evaluate: async (input) => {
        if (input.family === 'logistic') await gate.passed;
        else if (run.ids().filter((id) => id === 'evaluate-AAA-lightgbm-h20').length === 1)
          throw fault('NumericalFailure', 'NaN');
        return run.well.evaluate(input);
      },
    });
    const universe = await env.start(run);
    await run.begun('evaluate-AAA-logistic-h20');
    const symbol = env.client.workflow.getHandle(`${run.runId}/AAA`);
    await eventually(symbolProgress(symbol), ({ failed }) => failed.length === 1);
    await symbol.executeUpdate('retryFailed');
    await run.begun('bundle-AAA-lightgbm-h20');
    gate.open();
    await expect(universe.result()).resolves.toMatchObject({ status: 'done' });

    const { stepsDone, stepsTotal } = await symbolProgress(symbol)();
    expect(stepsDone).toBe(stepsTotal);
    const parts = run.callsOf('recordSymbol')[0]!.input.outcomes.map(({ stage, part }) => `${stage} ${part}`);
    expect(parts).toHaveLength(new Set(parts).size);
  });

  it('starts only the failed symbol again while another is open', async () => {
    const run = env.run();
    const gate = createGate();
    run.fake({
      ingest: async (input) => {
        if (input.scope.symbol === 'BBB') await gate.passed;
        else if (run.ids().filter((id) => id === 'ingest-AAA').length === 1) throw fault('SourceNotFound', 'AAA.csv');
        return run.well.ingest(input);
      },
    });
    const universe = await env.start(run);
    await run.begun('ingest-BBB');
    await eventually(universeProgress(universe), ({ failed }) => failed === 1);

    await expect(universe.executeUpdate<string, []>('retryFailed')).resolves.toBe('started again: AAA');
    await run.begun('ingest-AAA', 2);
    gate.open();
    await expect(universe.result()).resolves.toMatchObject({ status: 'done', done: 2, failed: 0 });
    expect(run.ids().filter((id) => id === 'ingest-BBB')).toHaveLength(1);
  });

  it('starts the one failed symbol that is named, and refuses one that has not failed', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB', 'CCC'] });
    const gate = createGate();
    run.fake({
      ingest: async (input) => {
        const { symbol } = input.scope;
        if (symbol === 'BBB') await gate.passed;
        else if (run.ids().filter((id) => id === `ingest-${symbol}`).length === 1) throw fault('SourceNotFound', 'no');
        return run.well.ingest(input);
      },
    });
    const universe = await env.start(run);
    await run.begun('ingest-BBB');
    await eventually(universeProgress(universe), ({ failed }) => failed === 2);
    const retry = (symbol: string) => universe.executeUpdate<string, [string]>('retryFailed', { args: [symbol] });
    await expect(retry('BBB')).rejects.toMatchObject({
      cause: { message: expect.stringContaining('BBB has not failed') as string },
    });
    await expect(retry('CCC')).resolves.toBe('started again: CCC');
    gate.open();
    await expect(universe.result()).resolves.toMatchObject({ status: 'partial', done: 2, failed: 1 });
    expect(run.ids().filter((id) => id === 'ingest-AAA')).toHaveLength(1);
  });
});
