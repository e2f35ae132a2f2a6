import type { RetrainResult } from '../../shared/contracts/retrain';
import type { PromotionState, RetrainProgress } from '../../shared/names/messages';
import { PROGRESS_QUERY, PROMOTION_STATE_QUERY } from '../../shared/names/messages';
import { QUEUES } from '../../shared/names/queues';
import type { dailyRetrain, promoteModel } from '../../workflows';
import { FakeRegistry, verdict } from '../support/fake-registry';
import { fault, heartbeatForever } from '../support/fake-run';
import { createGate, eventually } from '../support/gate';
import { WorkflowEnv } from '../support/workflow-env';

const AS_OF = '2026-03-02T22:30:00.000Z';

/** A retrain of a day, from its input to the aliases of its models. */
describe('dailyRetrain', () => {
  let env: WorkflowEnv;
  let count = 0;
  const registry = new FakeRegistry(['AAA-h20', 'BBB-h20']);
  beforeAll(async () => (env = await WorkflowEnv.start({ control: registry.control(), cpu: registry.cpu() })));
  afterAll(() => WorkflowEnv.stop(env));
  beforeEach(() => {
    registry.judge = () => Promise.resolve(verdict(true));
    registry.beforeAssign = () => undefined;
    registry.judged.length = 0;
  });

  /** A retrain of a set of its own, over a run whose activities answer well. */
  function prepare(plan: Parameters<WorkflowEnv['run']>[0] = {}) {
    const id = `retrain-${String((count += 1))}`;
    const set = `set-${String(count)}`;
    const run = env.run(plan, `${id}/run`);
    const start = (...args: [] | [Record<string, unknown>]) =>
      env.client.workflow.start<typeof dailyRetrain>('dailyRetrain', {
        taskQueue: QUEUES.control,
        workflowId: id,
        args,
      });
    return { id, set, run, start };
  }

  async function retrain(set: string, input: Record<string, unknown> = {}): Promise<RetrainResult> {
    const { start } = prepare();
    return (await start({ set, asOf: AS_OF, ...input })).result();
  }

  it('needs no input: trains as of now, and the first models become champions', async () => {
    const { id, run, start } = prepare();
    const handle = await start();
    const result = await handle.result();
    expect(result).toMatchObject({ set: 'daily', run: { status: 'done' } });
    expect(result.outcomes.map(({ model, version, outcome }) => [model, version, outcome])).toEqual([
      ['daily/AAA-h20', 1, 'first'],
      ['daily/BBB-h20', 1, 'first'],
    ]);
    expect(run.callsOf('prepareRun')[0]!.input).toMatchObject({ input: { asOf: result.asOf }, storeId: 'store' });
    expect(await env.attributes(id)).toMatchObject({ RunKind: 'retrain' });
    expect(await handle.query<RetrainProgress>(PROGRESS_QUERY)).toMatchObject({ phase: 'closed', asOf: result.asOf });
    expect(registry.judged).toEqual([]);
  });

  it('refuses a wrong input with every fault at once, before anything runs', async () => {
    const { start, run } = prepare();
    const handle = await start({
      sett: 'daily',
      gate: { minRows: -1 },
      config: { preset: 'nonsense', labels: { atrPeriodd: 3 }, asOf: AS_OF },
    });
    const failure = await handle.result().catch((error: unknown) => error);
    const message = String((failure as { cause?: { cause?: { message?: string } } }).cause?.cause?.message);
    for (const part of ["did you mean 'set'", 'gate.minRows', 'config.preset', "'atrPeriod'", 'config.asOf'])
      expect(message).toContain(part);
    expect(run.calls).toEqual([]);
  });

  it('promotes what the gate lets through, and records a refusal with its reason', async () => {
    const { set } = prepare();
    await retrain(set);
    registry.judge = ({ model }) => Promise.resolve(verdict(model.includes('AAA')));
    const { outcomes } = await retrain(set);
    expect(outcomes).toMatchObject([
      { model: `${set}/AAA-h20`, version: 2, outcome: 'promoted' },
      { model: `${set}/BBB-h20`, version: 2, outcome: 'refused', reason: 'skill lost', evidence: null },
    ]);
    expect(registry.actionsOn(`${set}/AAA-h20`)).toEqual(['first v1', 'promote v2']);
    expect(registry.actionsOn(`${set}/BBB-h20`)).toEqual(['first v1', 'refuse v2']);
    expect(registry.judged.every(({ champion }) => champion === 1)).toBe(true);
  });

  it('registers a large run in parts, and goes on without the models that cannot be registered', async () => {
    const symbols = Array.from({ length: 101 }, (_, i) => `S${String(i)}`);
    const { set, run, start } = prepare({ symbols, maxParallelSymbols: 101, successQuorum: 0 });
    run.fake({ ingest: ({ scope }) => Promise.reject(fault('SourceNotFound', `no ${scope.symbol}`)) });
    registry.unregistered.add(`${set}/BBB-h20`);
    const result = await (await start({ set, asOf: AS_OF, promoteBelowQuorum: true })).result();
    const parts = registry.registered.filter(({ runId }) => runId === run.runId).map(({ part }) => part);
    expect(parts).toEqual([
      { from: 0, to: 50 },
      { from: 50, to: 100 },
      { from: 100, to: 150 },
    ]);
    expect(result).toMatchObject({ counts: { first: 1, failed: 1 }, leftOut: 0 });
    expect(result.outcomes).toMatchObject([
      { model: `${set}/AAA-h20`, version: 1, outcome: 'first' },
      { model: `${set}/BBB-h20`, version: null, outcome: 'failed', reason: 'not registered: ArtifactMissing: gone' },
    ]);
    expect(registry.actionsOn(`${set}/BBB-h20`)).toEqual([]);
  }, 60_000);

  it('judges again, against the new champion, where another retrain came between', async () => {
    const { set } = prepare();
    await retrain(set);
    registry.beforeAssign = ({ model, version }) => {
      if (model === `${set}/AAA-h20` && version === 2 && registry.champions.get(model) === 1)
        registry.champions.set(model, 7);
    };
    const { outcomes } = await retrain(set);
    expect(outcomes[0]).toMatchObject({ outcome: 'promoted' });
    const judged = registry.judged.filter(({ model }) => model === `${set}/AAA-h20`);
    expect(judged.map(({ champion }) => champion)).toEqual([1, 7]);
    expect(registry.assigned.at(-1)).toBeDefined();
    expect(registry.champions.get(`${set}/AAA-h20`)).toBe(2);
  });

  it('gives up on a champion that changes again and again, and leaves the aliases', async () => {
    const { set } = prepare();
    await retrain(set);
    registry.beforeAssign = ({ model }) => {
      if (model === `${set}/AAA-h20`) registry.champions.set(model, (registry.champions.get(model) ?? 0) + 10);
    };
    const { outcomes } = await retrain(set);
    expect(outcomes[0]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('5 times') as unknown });
    expect(registry.actionsOn(`${set}/AAA-h20`)).toEqual(['first v1']);
  });

  it('tells a model that cannot be judged as failed, and goes on with the others', async () => {
    const { set } = prepare();
    await retrain(set);
    registry.judge = ({ model }) =>
      model.includes('AAA') ? Promise.reject(fault('ArtifactCorrupt', 'damaged')) : Promise.resolve(verdict(true));
    const { outcomes } = await retrain(set);
    expect(outcomes).toMatchObject([
      { outcome: 'failed', reason: 'ArtifactCorrupt: damaged' },
      { outcome: 'promoted' },
    ]);
  });

  it('promotes nothing below the quorum, fails after the report, and enters why', async () => {
    const { set, run, start } = prepare({ successQuorum: 0.9 });
    run.fake({ ingest: () => Promise.reject(fault('SourceNotFound', 'no file')) });
    const handle = await start({ set, asOf: AS_OF });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'QuorumMissed', message: expect.stringContaining('nothing is promoted') as unknown },
    });
    expect(run.callsOf('writeReport')).toHaveLength(1);
    expect(registry.registered.filter(({ runId }) => runId === run.runId)).toEqual([]);
    expect(registry.refusedRetrains.at(-1)).toMatchObject({ set, code: 'QuorumMissed', workflowId: handle.workflowId });
    expect(await env.attributes(handle.workflowId)).toMatchObject({ FailureCode: 'QuorumMissed' });
  });

  it('promotes below the quorum where that is asked for', async () => {
    const { set, run, start } = prepare({ successQuorum: 0.9 });
    run.fake({
      ingest: (input) =>
        input.scope.symbol === 'BBB' ? Promise.reject(fault('SourceNotFound', 'no file')) : run.well.ingest(input),
    });
    const handle = await start({ set, asOf: AS_OF, promoteBelowQuorum: true });
    await expect(handle.result()).resolves.toMatchObject({ run: { status: 'failed', done: 1 } });
    expect(registry.actionsOn(`${set}/AAA-h20`)).toEqual(['first v1']);
  });

  it('hands its policy for late data to the run', async () => {
    const { set, run, start } = prepare();
    await (await start({ set, asOf: AS_OF, lateData: { waitMinutes: 5 } })).result();
    expect(run.callsOf('prepareRun')[0]!.input.lateData).toMatchObject({ waitMinutes: 5, maxAgeHours: 30 });
  });

  it('is cancelled while it trains: nothing is promoted, and the run reports', async () => {
    const { set, run, start } = prepare({ symbols: ['AAA'] });
    run.fake({ ingest: heartbeatForever });
    const handle = await start({ set, asOf: AS_OF });
    await run.begun('ingest-AAA');
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(run.callsOf('writeReport')).toHaveLength(1);
    expect(registry.actionsOn(`${set}/AAA-h20`)).toEqual([]);
  });

  it('is cancelled while it judges: an assignment under way is finished, no other begins', async () => {
    const { set } = prepare();
    await retrain(set);
    const gate = createGate();
    registry.judge = async ({ model }) => {
      if (model.includes('AAA')) return verdict(true);
      gate.open();
      return heartbeatForever();
    };
    const { start } = prepare();
    const handle = await start({ set, asOf: AS_OF });
    await gate.passed;
    await eventually(
      () => Promise.resolve(registry.actionsOn(`${set}/AAA-h20`)),
      (actions) => actions.length === 2,
    );
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(registry.actionsOn(`${set}/BBB-h20`)).toEqual(['first v1']);
  });

  describe('with approval', () => {
    const approval = { promotion: 'approval', approvalHours: 1 } as const;
    const question = (model: string, version: number) =>
      env.client.workflow.getHandle<typeof promoteModel>(`promote/${model}/v${String(version)}`);
    const stateOf = (model: string, version: number) => () =>
      question(model, version).query<PromotionState>(PROMOTION_STATE_QUERY);

    it('asks a person, and does not wait for the answer itself', async () => {
      const { set } = prepare();
      await retrain(set);
      const { outcomes } = await retrain(set, approval);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['awaiting', 'awaiting']);
      const [aaa, bbb] = [`${set}/AAA-h20`, `${set}/BBB-h20`];
      expect(await eventually(stateOf(aaa, 2), ({ state }) => state === 'waiting')).toMatchObject({
        champion: 1,
        checks: [{ name: 'skill', passed: true }],
      });
      await expect(
        question(aaa, 2).executeUpdate('approve', { args: [{ who: 'ada', why: 'looks sound' }] }),
      ).resolves.toContain('approved by ada: looks sound');
      await expect(question(aaa, 2).result()).resolves.toMatchObject({ outcome: 'approved' });
      expect(registry.assigned.find(({ action }) => action === 'approve')).toMatchObject({
        model: aaa,
        who: 'ada',
        why: 'looks sound',
        verdict: { passed: true },
      });
      await question(bbb, 2).executeUpdate('reject', { args: [{ who: 'bob', why: 'not before the holiday' }] });
      expect(registry.actionsOn(bbb)).toEqual(['first v1', 'reject v2']);
      expect(registry.champions.get(bbb)).toBe(1);
      expect(await env.attributes(`promote/${aaa}/v2`)).toMatchObject({ RunKind: 'promote' });
    });

    it('asks nobody about what the gate refuses', async () => {
      const { set } = prepare();
      await retrain(set);
      registry.judge = () => Promise.resolve(verdict(false));
      const { outcomes } = await retrain(set, approval);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
    });

    it('refuses a decision without who or why, and leaves no history of it', async () => {
      const { set } = prepare();
      await retrain(set, approval);
      const handle = question(`${set}/AAA-h20`, 1);
      await eventually(stateOf(`${set}/AAA-h20`, 1), ({ state }) => state === 'waiting');
      for (const args of [[{ who: 'ada', why: '  ' }], [{ why: 'x' }], []])
        await expect(handle.executeUpdate('approve', { args } as never)).rejects.toMatchObject({
          cause: { message: expect.stringContaining('"who"') as unknown },
        });
      const { events } = await env.history(handle.workflowId);
      expect(events?.some(({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => accepted != null)).toBe(
        false,
      );
      await handle.executeUpdate('reject', { args: [{ who: 'ada', why: 'enough' }] });
      await expect(handle.executeUpdate('approve', { args: [{ who: 'bob', why: 'late' }] })).rejects.toThrow();
    });

    it('leaves the challenger where nobody answers in time', async () => {
      const { set } = prepare();
      await retrain(set);
      await retrain(set, { ...approval, approvalHours: 1 / 3600 });
      const handle = question(`${set}/AAA-h20`, 2);
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'expired' });
      expect(registry.actionsOn(`${set}/AAA-h20`)).toEqual(['first v1', 'expire v2']);
      expect(registry.champions.get(`${set}/AAA-h20`)).toBe(1);
    });

    it('lets an approval stand where the champion changed meanwhile, if the gate agrees again', async () => {
      const { set } = prepare();
      await retrain(set);
      await retrain(set, approval);
      const [aaa, bbb] = [`${set}/AAA-h20`, `${set}/BBB-h20`];
      for (const model of [aaa, bbb]) registry.champions.set(model, 9);
      registry.judge = ({ model, champion }) => Promise.resolve(verdict(model === aaa && champion === 9));
      const decision = { args: [{ who: 'ada', why: 'ok' }] } as const;
      await expect(question(aaa, 2).executeUpdate('approve', decision as never)).resolves.toContain('approved by ada');
      await expect(question(bbb, 2).executeUpdate('approve', decision as never)).resolves.toContain('refused');
      expect(registry.champions.get(bbb)).toBe(9);
    });

    it('can be asked by hand, judges then, and says what it needs', async () => {
      const { set } = prepare();
      await retrain(set);
      const start = (id: string, ...args: unknown[]) =>
        env.client.workflow.start('promoteModel', { taskQueue: QUEUES.control, workflowId: id, args });
      registry.judge = () => Promise.resolve(verdict(false));
      const handle = await start(`by-hand-${set}`, { model: `${set}/AAA-h20`, version: 2 });
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'refused' });
    });
  });
});
