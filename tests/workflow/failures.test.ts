import type { SymbolResult } from '../../shared/contracts/run';
import { fault, heartbeatForever } from '../support/fake-run';
import { fakeRef } from '../support/fake-stages';
import { createGate } from '../support/gate';
import { WorkflowEnv } from '../support/workflow-env';

/** What becomes of a run when symbols fail: told by the root cause, alone, and never without a report. */
describe('failed symbols', () => {
  let env: WorkflowEnv;
  beforeAll(async () => (env = await WorkflowEnv.start()));
  afterAll(() => WorkflowEnv.stop(env));

  it('fails one symbol alone, with the root cause in the report', async () => {
    const message = 'AAA.csv: 12 of 50 bars are left after cleaning; at least 500 are needed';
    const run = env.run();
    run.fake({
      clean: (input) =>
        input.scope.symbol === 'AAA' ? Promise.reject(fault('InvalidBars', message)) : run.well.clean(input),
    });

    await expect((await env.start(run)).result()).resolves.toMatchObject({ status: 'partial', done: 1, failed: 1 });
    const failure = { code: 'InvalidBars', message, stage: 'clean' as const };
    expect(run.callsOf('writeReport')[0]!.input.results).toEqual<SymbolResult[]>([
      { symbol: 'AAA', status: 'failed', failure, record: fakeRef('record-AAA'), cacheHits: 0 },
      { symbol: 'BBB', status: 'done', failure: null, record: fakeRef('record-BBB'), cacheHits: 0 },
    ]);
    const recorded = run.callsOf('recordSymbol').find(({ input }) => input.symbol === 'AAA');
    expect(recorded!.input.failure).toEqual(failure);
    expect(recorded!.input.outcomes.map(({ stage }) => stage)).toEqual(['ingest']);
    await expect(env.client.workflow.getHandle(`${run.runId}/AAA`).result()).rejects.toMatchObject({
      cause: { type: 'InvalidBars', message, nonRetryable: true },
    });
  });

  it('lets every fit end before the symbol fails for one of them', async () => {
    const run = env.run({ symbols: ['AAA'] });
    const gate = createGate();
    run.fake({
      train: async (input) => {
        if (input.task.foldId === 'f0') throw fault('NumericalFailure', 'the loss became NaN');
        await gate.passed;
        return run.well.train(input);
      },
    });
    const handle = await env.start(run);
    await Promise.all([run.begun('train-lightgbm-AAA-h20-f0'), run.begun('train-lightgbm-AAA-h20-f1')]);
    gate.open();

    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'QuorumMissed' } });
    const { outcomes, failure } = run.callsOf('recordSymbol')[0]!.input;
    expect(outcomes.map(({ stage, part }) => `${stage} ${part}`)).toContain('train lightgbm-h20-f1');
    expect(failure).toEqual({ code: 'NumericalFailure', message: 'the loss became NaN', stage: 'train' });
    expect(run.callsOf('calibrate')).toEqual([]);
  });

  it('names the stage that failed, also when another model is further on', async () => {
    const run = env.run({
      symbols: ['AAA'],
      tasks: [
        { family: 'lightgbm', horizons: [20], foldId: 'f0', device: 'cpu', resumable: false },
        { family: 'logistic', horizons: [20], foldId: 'f0', device: 'cpu', resumable: false },
      ],
    });
    run.fake({
      calibrate: async (input) => {
        if (input.family === 'logistic') return run.well.calibrate(input);
        await run.begun('bundle-AAA-logistic-h20');
        throw fault('InvalidModel', 'no finite score');
      },
    });

    await expect((await env.start(run)).result()).rejects.toMatchObject({ cause: { type: 'QuorumMissed' } });
    expect(run.callsOf('recordSymbol')[0]!.input.failure).toMatchObject({ code: 'InvalidModel', stage: 'calibrate' });
  });

  it('unwraps a failure that the symbol could not tell itself', async () => {
    const message = 'objects/ab: the bytes do not match their hash';
    const run = env.run();
    run.fake({
      recordSymbol: (input) =>
        input.symbol === 'AAA' ? Promise.reject(fault('ArtifactCorrupt', message)) : run.well.recordSymbol(input),
    });

    await expect((await env.start(run)).result()).resolves.toMatchObject({ status: 'partial', done: 1, failed: 1 });
    expect(run.callsOf('writeReport')[0]!.input.results[0]).toMatchObject({
      failure: { code: 'ArtifactCorrupt', message, stage: null },
    });
  });

  it('outlives a child that was terminated from outside', async () => {
    const run = env.run();
    const gate = createGate();
    run.fake({
      ingest: async (input) => {
        if (input.scope.symbol === 'AAA') await gate.passed;
        return run.well.ingest(input);
      },
    });
    const handle = await env.start(run);
    await run.begun('ingest-AAA');
    await env.client.workflow.getHandle(`${run.runId}/AAA`).terminate('by hand');

    await expect(handle.result()).resolves.toMatchObject({ status: 'partial', done: 1, failed: 1 });
    gate.open();
    expect(run.callsOf('writeReport')[0]!.input.results[0]).toMatchObject({
      ...{ symbol: 'AAA', status: 'failed', record: null },
      failure: { code: 'Unexpected', stage: null },
    });
  });

  it('outlives a batch that was terminated from outside', async () => {
    const symbols = Array.from({ length: 202 }, (_, index) => `S${String(index).padStart(3, '0')}`);
    const run = env.run({ symbols, maxParallelSymbols: 1, successQuorum: 0, until: 'ingest' });
    run.fake({
      ingest: (input) => (input.scope.symbol === 'S000' ? heartbeatForever() : run.well.ingest(input)),
    });
    const handle = await env.start(run);
    await run.begun('ingest-S000');
    await env.client.workflow.getHandle(`${run.runId}/batch-0`).terminate('by hand');

    await expect(handle.result()).resolves.toMatchObject({ status: 'partial', symbols: 202, done: 2, failed: 200 });
    const { results } = run.callsOf('writeReport')[0]!.input;
    expect(results.map(({ symbol }) => symbol)).toEqual(symbols);
    expect(results[0]).toMatchObject({ failure: { code: 'Unexpected' }, record: null });
  });

  it('fails after its report when the quorum is missed', async () => {
    const run = env.run({ symbols: ['AAA', 'BBB', 'CCC'], successQuorum: 0.5 });
    run.fake({
      ingest: (input) =>
        input.scope.symbol === 'CCC'
          ? run.well.ingest(input)
          : Promise.reject(fault('SourceUnavailable', 'the mount is gone')),
    });
    const handle = await env.start(run);

    await expect(handle.result()).rejects.toMatchObject({
      cause: {
        type: 'QuorumMissed',
        message: '1 of 3 symbols succeeded; the quorum is 50 %',
        nonRetryable: true,
        details: [{ status: 'failed', done: 1, failed: 2, report: 'report.html' }],
      },
    });
    expect(run.ids().at(-1)).toBe('report');
    expect(await env.attributes(run.runId)).toMatchObject({ FailureCode: 'QuorumMissed' });
  });
});
