import { describeDeployment, setCurrentVersion } from '../../shared/temporal/deployment';
import type { PromotionState } from '../../shared/names/messages';
import { PROMOTION_STATE_QUERY } from '../../shared/names/messages';
import { QUEUES } from '../../shared/names/queues';
import type { dailyRetrain, promoteModel } from '../../workflows';
import { FakeRegistry } from '../support/fake-registry';
import { createGate, eventually } from '../support/gate';
import type { ExtraOptions } from '../support/workflow-env';
import { WorkflowEnv } from '../support/workflow-env';

const NAMES = { namespace: 'default', deploymentName: 'candlewick' };

function release(buildId: string): ExtraOptions {
  return {
    workerDeploymentOptions: {
      version: { deploymentName: NAMES.deploymentName, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}

jest.setTimeout(120_000);
const registry = new FakeRegistry(['AAA-h20']);
let env: WorkflowEnv | undefined;
beforeAll(async () => {
  env = await WorkflowEnv.start({ control: registry.control(), cpu: registry.cpu() }, release('v1'));
});
afterAll(() => WorkflowEnv.stop(env));

const deployment = () => describeDeployment(env!.client.workflowService, 'default', 'candlewick');
const knows = (buildId: string) =>
  eventually(deployment, (found) => found?.versions.some((version) => version.buildId === buildId) === true);

/** Asked again while the server has not yet heard from the build's workers on every queue. */
const makeCurrent = (buildId: string) =>
  eventually(
    () =>
      setCurrentVersion(env!.client.workflowService, { ...NAMES, buildId }).then(
        () => null,
        (error: unknown) => error,
      ),
    (error) => error === null,
  );

/** The builds on which the tasks of a workflow ran. */
async function buildsOf(workflowId: string): Promise<readonly string[]> {
  const { events } = await env!.history(workflowId);
  const builds = (events ?? []).flatMap(
    ({ workflowTaskCompletedEventAttributes: done }) => done?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(builds)];
}

it('a run ends on the release that it began with, a question goes on with the next, where new runs go too', async () => {
  await knows('v1');
  await setCurrentVersion(env!.client.workflowService, { ...NAMES, buildId: 'v1' });
  const old = env!.run({ symbols: ['AAA'] }, 'old');
  const gate = createGate();
  old.fake({ train: async (input) => (await gate.passed, old.well.train(input)) });
  const oldRun = await env!.start(old);
  await old.begun('train-lightgbm-AAA-h20-f0');
  env!.run({ symbols: ['AAA'] }, 'retrain/run');
  const retrain = await env!.client.workflow.start<typeof dailyRetrain>('dailyRetrain', {
    taskQueue: QUEUES.control,
    workflowId: 'retrain',
    args: [{ promotion: 'approval' }],
  });
  await retrain.result();
  const question = env!.client.workflow.getHandle<typeof promoteModel>('promote/daily/AAA-h20/v1');
  await eventually(
    () => question.query<PromotionState>(PROMOTION_STATE_QUERY),
    ({ state }) => state === 'waiting',
  );

  await env!.startWorkers(release('v2'));
  await knows('v2');
  expect((await deployment())?.versions.find(({ buildId }) => buildId === 'v2')?.state).toBe('inactive');
  await makeCurrent('v2');
  expect((await deployment())?.currentBuildId).toBe('v2');
  const next = env!.run({ symbols: ['AAA'] }, 'next');
  await (await env!.start(next)).result();
  gate.open();
  await oldRun.result();

  // Pinned, a question that waits for days would keep a release's workers up.
  await question.executeUpdate('approve', { args: [{ who: 'ada', why: 'looks sound' }] });
  await expect(question.result()).resolves.toMatchObject({ outcome: 'approved' });
  expect(await buildsOf(question.workflowId)).toEqual(['v1', 'v2']);
  expect(await buildsOf('retrain')).toEqual(['v1']);
  for (const id of ['old', 'old/AAA']) expect(await buildsOf(id)).toEqual(['v1']);
  for (const id of ['next', 'next/AAA']) expect(await buildsOf(id)).toEqual(['v2']);
});
