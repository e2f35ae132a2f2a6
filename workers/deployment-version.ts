import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { buildIdOf } from '../shared/runtime/build-id';
import type { Logger } from '../shared/runtime/logger';
import type { Settings } from '../shared/runtime/settings';
import { describeDeployment } from '../shared/temporal/deployment';

const CHECK_MS = 30_000;

/**
 * The release of a worker. Training is pinned: hours of work end on the code that began them, whatever is deployed
 * meanwhile; a workflow that waits for days (`promoteModel`) says of itself that it follows. Unversioned by default.
 */
export function deploymentOptions(settings: Settings): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (!settings.workerVersioning) return {};
  return {
    workerDeploymentOptions: {
      version: { deploymentName: settings.deploymentName, buildId: buildIdOf(settings) },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}

/**
 * Warns as long as the version of this worker gets no new workflows: the server says nothing of it, and workflows would
 * just not begin. Answers with what ends the watch.
 */
export function watchDeployment(connection: NativeConnection, settings: Settings, logger: Logger): () => Promise<void> {
  if (!settings.workerVersioning) return () => Promise.resolve();
  const buildId = buildIdOf(settings);
  const check = async (): Promise<void> => {
    const { deploymentName, namespace } = settings;
    const deployment = await describeDeployment(connection.workflowService, namespace, deploymentName);
    const isRouted = deployment?.currentBuildId === buildId || deployment?.rampingBuildId === buildId;
    if (isRouted) return;
    logger.warn(
      { deploymentName, buildId, currentBuildId: deployment?.currentBuildId ?? null },
      `no new workflow comes to this worker: its build ${buildId} is not the current one of ${deploymentName}. ` +
        `To make it so: ./candlewick deploy set-current ${buildId}`,
    );
  };
  const look = (): void => {
    check().catch((error: unknown) => logger.warn({ error: String(error) }, 'the deployment cannot be looked up'));
  };
  // The server learns of a version by its first poll.
  const first = setTimeout(look, Math.min(CHECK_MS, 5_000));
  const timer = setInterval(look, CHECK_MS);
  first.unref();
  timer.unref();
  return () => {
    clearTimeout(first);
    clearInterval(timer);
    return Promise.resolve();
  };
}
