import { describeDeployment, setCurrentVersion } from '../../shared/temporal/deployment';
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
let env: WorkflowEnv | undefined;
beforeAll(async () => {
  env = await WorkflowEnv.start({}, release('v1'));
});
afterAll(() => WorkflowEnv.stop(env));

const deployment = () => describeDeployment(env!.client.workflowService, 'default', 'candlewick');
const knows = (buildId: string) =>
  eventually(deployment, (found) => found?.versions.some((version) => version.buildId === buildId) === true);

/** The builds on which the tasks of a workflow ran. */
async function buildsOf(workflowId: string): Promise<readonly string[]> {
  const { events } = await env!.history(workflowId);
  const builds = (events ?? []).flatMap(
    ({ workflowTaskCompletedEventAttributes: done }) => done?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(builds)];
}

it('a run ends on the release that it began with, while new runs go to the next', async () => {
  await knows('v1');
  await setCurrentVersion(env!.client.workflowService, { ...NAMES, buildId: 'v1' });
  const old = env!.run({ symbols: ['AAA'] }, 'old');
  const gate = createGate();
  old.fake({ train: async (input) => (await gate.passed, old.well.train(input)) });
  const oldRun = await env!.start(old);
  await old.begun('train-lightgbm-AAA-h20-f0');

  await env!.startWorkers(release('v2'));
  await knows('v2');
  expect((await deployment())?.versions.find(({ buildId }) => buildId === 'v2')?.state).toBe('inactive');
  await setCurrentVersion(env!.client.workflowService, { ...NAMES, buildId: 'v2' });
  expect((await deployment())?.currentBuildId).toBe('v2');
  const next = env!.run({ symbols: ['AAA'] }, 'next');
  await (await env!.start(next)).result();
  gate.open();
  await oldRun.result();

  for (const id of ['old', 'old/AAA']) expect(await buildsOf(id)).toEqual(['v1']);
  for (const id of ['next', 'next/AAA']) expect(await buildsOf(id)).toEqual(['v2']);
});
