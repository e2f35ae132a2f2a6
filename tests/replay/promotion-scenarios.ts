import type { PromotionState } from '../../shared/names/messages';
import { PROMOTION_STATE_QUERY } from '../../shared/names/messages';
import { QUEUES } from '../../shared/names/queues';
import type { dailyRetrain, promoteModel } from '../../workflows';
import type { FakeRegistry } from '../support/fake-registry';
import { verdict } from '../support/fake-registry';
import { fault, heartbeatForever } from '../support/fake-run';
import { createGate, eventually } from '../support/gate';
import type { WorkflowEnv } from '../support/workflow-env';
import type { ScenarioName } from './recordings';
import type { Played } from './scenarios';

const AS_OF = '2026-03-02T22:30:00.000Z';
const DECISION = { who: 'ada', why: 'looks sound' };

type PromotionScenario = Extract<ScenarioName, `retrain-${string}` | `promotion-${string}`>;

/** Retrains and promotions; each scenario works on a set of models named after it. */
export const PLAY_PROMOTIONS: {
  readonly [S in PromotionScenario]: (env: WorkflowEnv, registry: FakeRegistry) => Promise<Played<S>>;
} = {
  'retrain-first': async (env) => {
    await (await retrain(env, 'retrain-first')).result();
    return { 'daily-retrain': 'retrain-first' };
  },

  // One model is promoted, after a second look because its champion changed meanwhile; the other is refused.
  'retrain-judged': async (env, registry) => {
    await first(env, 'retrain-judged');
    registry.judge = ({ model }) => Promise.resolve(verdict(model.includes('AAA')));
    registry.beforeAssign = ({ model }) => {
      if (model.includes('AAA') && registry.champions.get(model) === 1) registry.champions.set(model, 7);
    };
    await (await retrain(env, 'retrain-judged')).result();
    behave(registry);
    return { 'daily-retrain': 'retrain-judged' };
  },

  'retrain-quorum-missed': async (env) => {
    const id = 'retrain-quorum-missed';
    env
      .run({ successQuorum: 0.9 }, `${id}/run`)
      .fake({ ingest: () => Promise.reject(fault('SourceNotFound', 'no file')) });
    await closed(await start(env, id));
    return { 'daily-retrain': id };
  },

  'retrain-asks': async (env, registry) => {
    await first(env, 'retrain-asks');
    const asked = await retrain(env, 'retrain-asks', { promotion: 'approval', approvalHours: 1 });
    await asked.result();
    const [aaa, bbb] = ['AAA', 'BBB'].map((symbol) => question(env, `promote/retrain-asks/${symbol}-h20/v2`));
    for (const each of [aaa!, bbb!]) {
      await waits(each);
      await each.executeUpdate('approve', { args: [DECISION] });
      await each.result();
    }
    behave(registry);
    return { 'daily-retrain': 'retrain-asks', 'promote-model': aaa!.workflowId };
  },

  // While one model is judged and the other one's promotion is entered already.
  'retrain-cancelled': async (env, registry) => {
    await first(env, 'retrain-cancelled');
    const judging = createGate();
    registry.judge = ({ model }) => {
      if (model.includes('AAA')) return Promise.resolve(verdict(true));
      judging.open();
      return heartbeatForever();
    };
    const handle = await retrain(env, 'retrain-cancelled');
    await judging.passed;
    await eventually(
      () => Promise.resolve(registry.actionsOn('retrain-cancelled/AAA-h20')),
      (actions) => actions.length === 2,
    );
    await handle.cancel();
    await closed(handle);
    behave(registry);
    return { 'daily-retrain': 'retrain-cancelled' };
  },

  'promotion-rejected': async (env, registry) => {
    const handle = await ask(env, registry, 'promotion-rejected');
    await waits(handle);
    await handle.executeUpdate('reject', { args: [{ who: 'bob', why: 'not before the holiday' }] });
    await handle.result();
    return { 'promote-model': handle.workflowId };
  },

  'promotion-expired': async (env, registry) => {
    const handle = await ask(env, registry, 'promotion-expired', { approvalHours: 1 / 3_600 });
    await handle.result();
    return { 'promote-model': handle.workflowId };
  },

  'promotion-refused': async (env, registry) => {
    registry.judge = () => Promise.resolve(verdict(false));
    const handle = await ask(env, registry, 'promotion-refused');
    await handle.result();
    behave(registry);
    return { 'promote-model': handle.workflowId };
  },

  // The approval stands: the gate is asked again, the person is not.
  'promotion-champion-moved': async (env, registry) => {
    const handle = await ask(env, registry, 'promotion-champion-moved');
    await waits(handle);
    registry.champions.set('promotion-champion-moved/AAA-h20', 9);
    await handle.executeUpdate('approve', { args: [DECISION] });
    await handle.result();
    return { 'promote-model': handle.workflowId };
  },

  'promotion-cancelled': async (env, registry) => {
    const handle = await ask(env, registry, 'promotion-cancelled');
    await waits(handle);
    await handle.cancel();
    await closed(handle);
    return { 'promote-model': handle.workflowId };
  },
};

/** The registry as it answers where a scenario says nothing. */
function behave(registry: FakeRegistry): void {
  registry.judge = () => Promise.resolve(verdict(true));
  registry.beforeAssign = () => undefined;
}

/** Makes version 1 of each model the champion of the scenario's set. */
async function first(env: WorkflowEnv, set: string): Promise<void> {
  await (await retrain(env, `${set}-before`, { set })).result();
}

/** A retrain over a run whose activities answer well; its set is named as it is. */
function retrain(env: WorkflowEnv, id: string, input: Readonly<Record<string, unknown>> = {}) {
  env.run({}, `${id}/run`);
  return start(env, id, input);
}

function start(env: WorkflowEnv, id: string, input: Readonly<Record<string, unknown>> = {}) {
  return env.client.workflow.start<typeof dailyRetrain>('dailyRetrain', {
    taskQueue: QUEUES.control,
    workflowId: id,
    args: [{ set: id, asOf: AS_OF, ...input }],
  });
}

/** A question by hand about version 2 of a model whose champion is version 1. */
function ask(env: WorkflowEnv, registry: FakeRegistry, set: string, input: Readonly<Record<string, unknown>> = {}) {
  const model = `${set}/AAA-h20`;
  registry.champions.set(model, 1);
  return env.client.workflow.start<typeof promoteModel>('promoteModel', {
    taskQueue: QUEUES.control,
    workflowId: `promote/${model}/v2`,
    args: [{ model, version: 2, ...input }],
  });
}

type Question = ReturnType<typeof question>;

function question(env: WorkflowEnv, workflowId: string) {
  return env.client.workflow.getHandle<typeof promoteModel>(workflowId);
}

function waits(handle: Question): Promise<PromotionState> {
  return eventually(
    () => handle.query<PromotionState>(PROMOTION_STATE_QUERY),
    ({ state }) => state === 'waiting',
  );
}

/** Waits until a workflow is closed, however it closed. */
async function closed(handle: { readonly result: () => Promise<unknown> }): Promise<void> {
  await handle.result().catch(() => undefined);
}
