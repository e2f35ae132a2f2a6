import { ApplicationFailure } from '@temporalio/common';
import { fakeRef } from '../support/fake-stages';
import { WorkflowEnv } from '../support/workflow-env';

const FITTED = fakeRef('fitted');

/** Bars of other symbols beside a symbol's own. */
describe('symbols beside another', () => {
  let env: WorkflowEnv;
  beforeAll(async () => (env = await WorkflowEnv.start()));
  afterAll(() => WorkflowEnv.stop(env));

  it('are read and cleaned under their own scope, and reach features and bundles', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'], cross: { AAA: ['CCC', 'BBB'] } });
    run.fake({
      features: async (input) => {
        const outcome = await run.well.features(input);
        return input.scope.symbol === 'AAA' ? { ...outcome, outputs: { ...outcome.outputs, fitted: FITTED } } : outcome;
      },
    });
    const handle = await env.start(run);
    await expect(handle.result()).resolves.toMatchObject({ status: 'done', done: 2 });

    const beside = [
      { symbol: 'CCC', bars: expect.objectContaining({ uri: 'objects/CCC-clean-bars' }) as unknown },
      { symbol: 'BBB', bars: expect.objectContaining({ uri: 'objects/BBB-clean-bars' }) as unknown },
    ];
    const of = (symbol: string) => (call: { input: { scope: { symbol: string } } }) =>
      call.input.scope.symbol === symbol;
    expect(run.callsOf('features').find(of('AAA'))?.input).toMatchObject({ cross: beside });
    expect(run.callsOf('features').find(of('BBB'))?.input).not.toHaveProperty('cross');
    expect(run.callsOf('bundle').find(of('AAA'))?.input).toMatchObject({ cross: beside, fitted: FITTED });
    expect(run.callsOf('bundle').find(of('BBB'))?.input).not.toHaveProperty('cross');
    expect(run.callsOf('bundle').find(of('BBB'))?.input).not.toHaveProperty('fitted');
    const cleaned = run.callsOf('clean').map(({ input }) => input.scope.symbol);
    expect(cleaned.sort()).toEqual(['AAA', 'BBB', 'BBB', 'CCC']);
    const outcomes = run.callsOf('recordSymbol').find(({ input }) => input.symbol === 'AAA')?.input.outcomes ?? [];
    const parts = outcomes.filter(({ stage }) => stage === 'clean').map(({ part }) => part);
    expect(parts[0]).toBe('');
    expect(parts.slice(1).sort()).toEqual(['cross BBB', 'cross CCC']);
  });

  it('are not touched where the run ends before features', async () => {
    const run = env.run({ symbols: ['AAA'], cross: { AAA: ['CCC'] }, until: 'clean' });
    const handle = await env.start(run);
    await expect(handle.result()).resolves.toMatchObject({ status: 'done', done: 1 });
    expect(run.callsOf('ingest').map(({ input }) => input.scope.symbol)).toEqual(['AAA']);
  });

  it('fail their symbol alone, with the reason of theirs', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB'], cross: { AAA: ['CCC'] } });
    run.fake({
      clean: (input) =>
        input.scope.symbol === 'CCC'
          ? Promise.reject(ApplicationFailure.nonRetryable('CCC: no bar is left', 'InvalidBars'))
          : run.well.clean(input),
    });
    const handle = await env.start(run);
    await expect(handle.result()).resolves.toMatchObject({ status: 'partial', done: 1, failed: 1 });
    const failed = run.callsOf('recordSymbol').find(({ input }) => input.failure !== null)?.input;
    expect(failed).toMatchObject({
      symbol: 'AAA',
      failure: { code: 'InvalidBars', message: 'CCC: no bar is left', stage: 'clean' },
    });
  });
});
