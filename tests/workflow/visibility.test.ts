import type { SymbolProgress, UniverseProgress } from '../../shared/names/messages';
import { PROGRESS_QUERY } from '../../shared/names/messages';
import { QUEUES } from '../../shared/names/queues';
import { fault } from '../support/fake-run';
import type { FakeRun } from '../support/fake-run';
import { createGate } from '../support/gate';
import type { Gate } from '../support/gate';
import { scheduledActivities } from '../support/history-events';
import { WorkflowEnv } from '../support/workflow-env';

interface WorkflowMetadata {
  readonly currentDetails: string;
  readonly definition: {
    readonly queryDefinitions: readonly { readonly name: string; readonly description: string }[];
    readonly updateDefinitions: readonly { readonly name: string; readonly description: string }[];
  };
}

const FIT = 'train-lightgbm-XAG-h20-f0';

/** What people see of a run: progress, details, readable ids, summaries, search attributes. */
describe('what a run shows', () => {
  let env: WorkflowEnv;
  beforeAll(async () => (env = await WorkflowEnv.start()));
  afterAll(() => WorkflowEnv.stop(env));

  /** A run that stands still in its first fit, with one symbol that failed before. */
  async function standingRun(): Promise<{ run: FakeRun; gate: Gate }> {
    const run = env.run({ symbols: ['BAD', 'XAG'] });
    const gate = createGate();
    run.fake({
      ingest: (input) =>
        input.scope.symbol === 'BAD' ? Promise.reject(fault('InvalidSource', 'no close')) : run.well.ingest(input),
      train: async (input) => {
        if (input.task.foldId === 'f0') await gate.passed;
        return run.well.train(input);
      },
    });
    await env.start(run);
    await Promise.all([run.begun('record-BAD'), run.begun(FIT)]);
    await env.client.workflow
      .getHandle(`${run.runId}/BAD`)
      .result()
      .catch(() => undefined);
    return { run, gate };
  }

  it('answers progress and details of the run and of a symbol while they run', async () => {
    const { run, gate } = await standingRun();
    const universe = env.client.workflow.getHandle(run.runId);
    const symbol = env.client.workflow.getHandle(`${run.runId}/XAG`);
    const metadata = (handle: typeof symbol) => handle.query<WorkflowMetadata>('__temporal_workflow_metadata');

    await expect(universe.query<UniverseProgress>(PROGRESS_QUERY)).resolves.toEqual({
      ...{ phase: 'training', paused: false, total: 2, done: 0, failed: 1 },
      symbols: [
        { symbol: 'BAD', state: 'failed', workflowId: `${run.runId}/BAD` },
        { symbol: 'XAG', state: 'running', workflowId: `${run.runId}/XAG` },
      ],
    });
    await expect(symbol.query<SymbolProgress>(PROGRESS_QUERY)).resolves.toMatchObject({
      ...{ symbol: 'XAG', stage: 'train', paused: false, stepsTotal: 10, cacheHits: 0, failed: [] },
      running: expect.arrayContaining(['train lightgbm-h20-f0']) as string[],
    });
    const ofUniverse = await metadata(universe);
    expect(ofUniverse.currentDetails).toContain('**training**: 0 of 2 symbols done, 1 failed');
    expect(ofUniverse.currentDetails.split('\n').slice(-4)).toEqual([
      ...['| symbol | state |', '| --- | --- |', '| BAD | failed |', '| XAG | running |'],
    ]);
    const ofSymbol = await metadata(symbol);
    expect(ofSymbol.currentDetails).toMatch(/^\| stage \| train \|$/m);
    expect(ofSymbol.currentDetails).toMatch(/^\| running \| .*train lightgbm-h20-f0.* \|$/m);
    for (const { definition } of [ofUniverse, ofSymbol]) {
      expect(definition.updateDefinitions.map(({ name }) => name).sort()).toEqual(['pause', 'retryFailed', 'unpause']);
      const described = [...definition.queryDefinitions, ...definition.updateDefinitions].filter(
        ({ name }) => !name.startsWith('__'),
      );
      expect(described.filter(({ description }) => description === '')).toEqual([]);
    }
    gate.open();
    await universe.result();
    await expect(universe.query<UniverseProgress>(PROGRESS_QUERY)).resolves.toMatchObject({ phase: 'closed', done: 1 });
    await expect(symbol.query<SymbolProgress>(PROGRESS_QUERY)).resolves.toMatchObject({
      ...{ stage: 'done', stepsDone: 10, stepsTotal: 10, running: [] },
    });
  });

  it('sets search attributes: of what runs, of what failed, of the best model', async () => {
    const { run, gate } = await standingRun();
    expect(await env.attributes(`${run.runId}/XAG`)).toMatchObject({
      Symbol: 'XAG',
      RunKind: 'train',
      Stage: 'train',
    });
    expect(await env.attributes(`${run.runId}/BAD`)).toMatchObject({
      ...{ Symbol: 'BAD', Stage: 'ingest', FailureCode: 'InvalidSource' },
    });
    expect(await env.attributes(run.runId)).toMatchObject({ RunKind: 'train' });
    gate.open();
    await env.client.workflow.getHandle(run.runId).result();
    const closed = await env.attributes(`${run.runId}/XAG`);
    expect(closed).toMatchObject({ Stage: 'bundle', ModelFamily: 'lightgbm', Sharpe: 1.25, BrierScore: 0.2 });
    expect(closed).not.toHaveProperty('FailureCode');
  });

  it('gives every activity a readable id, a summary and its queue', async () => {
    const run = env.run({ symbols: ['XAG'] });
    await (await env.start(run)).result();

    const { control, cpu } = QUEUES;
    expect(scheduledActivities(await env.history(run.runId))).toEqual([
      { id: 'prepare', type: 'prepareRun', queue: control, summary: 'validate the configuration' },
      { id: 'report', type: 'writeReport', queue: control, summary: 'run record and report' },
    ]);
    const ofSymbol = scheduledActivities(await env.history(`${run.runId}/XAG`));
    expect(ofSymbol.filter(({ type }) => ['ingest', 'train', 'evaluate', 'recordSymbol'].includes(type))).toEqual([
      { id: 'ingest-XAG', type: 'ingest', queue: cpu, summary: 'XAG ingest' },
      { id: FIT, type: 'train', queue: cpu, summary: 'XAG train lightgbm-h20-f0' },
      { id: 'train-lightgbm-XAG-h20-f1', type: 'train', queue: cpu, summary: 'XAG train lightgbm-h20-f1' },
      { id: 'evaluate-XAG-lightgbm-h20', type: 'evaluate', queue: cpu, summary: 'XAG evaluate lightgbm-h20' },
      { id: 'record-XAG', type: 'recordSymbol', queue: control, summary: 'XAG record' },
    ]);
  });
});
