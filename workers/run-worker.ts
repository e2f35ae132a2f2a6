import type { Worker } from '@temporalio/worker';
import { createUnexpectedCounter } from '../activities/support/unexpected-counter';
import type { WorkerRole } from '../shared/names/worker-roles';
import { describeEnvironment } from '../shared/runtime/environment';
import type { Logger } from '../shared/runtime/logger';
import { locateNativeParts } from '../shared/runtime/native-parts';
import type { Settings } from '../shared/runtime/settings';
import { gpuIsVisible } from '../shared/runtime/tensorflow/device';
import { createComputeWorker } from './compute-worker';
import { connectWithPatience } from './connect';
import { createControlWorker } from './control-worker';
import { watchDeployment } from './deployment-version';
import { startHealthServer } from './health';
import { watchInstallation } from './installation-watch';
import { onStopRequest } from './stop-request';
import { createVendorWorker } from './vendor-worker';
import { diskCollector } from './watch/collectors/disk';
import { gpuCollector } from './watch/collectors/gpus';
import { trainerCollector, type WatchedPool } from './watch/collectors/trainers';
import type { Collector } from './watch/metrics-page';
import { openWorkerWatch } from './watch/worker-watch';
import { openContext, type WorkerProcess } from './worker-options';

/** Runs the workers of a role in this process until it is told to stop; activities in flight end or are handed back. */
export async function runWorker(given: {
  readonly role: WorkerRole;
  readonly settings: Settings;
  readonly logger: Logger;
}): Promise<void> {
  const { role, settings, logger } = given;
  const watch = await openWorkerWatch({ role, settings, logger, env: process.env });
  const connection = await connectWithPatience(settings, logger);
  const host = { connection, settings, logger, watch, unexpected: createUnexpectedCounter() };
  const cleanUps: (() => Promise<void>)[] = [() => connection.close(), watch.close];
  const { commit = 'unknown' } = describeEnvironment(locateNativeParts(process.env));
  watch.metrics.buildInfo.set({ role, commit }, 1);
  try {
    const { workers, collectors } = await createWorkers(role, host, (cleanUp) => cleanUps.unshift(cleanUp));
    const health = await startHealthServer(
      settings.healthPort,
      () => workers.every((worker) => worker.getState() === 'RUNNING'),
      watch.pageOf(collectors),
    );
    cleanUps.unshift(health.close);
    const endWatch = watchDeployment(connection, settings, logger);
    cleanUps.unshift(endWatch);
    onStopRequest((reason) => {
      logger.info({ reason }, 'stopping');
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    });
    const running = Promise.all(workers.map((worker) => worker.run()));
    logger.info(
      { role, address: settings.temporalAddress, store: settings.storeRoot, trainers: settings.trainers },
      'ready',
    );
    process.send?.({ type: 'ready' });
    await running;
  } finally {
    for (const cleanUp of cleanUps)
      await cleanUp().catch((error: unknown) => logger.warn({ error: String(error) }, 'clean-up failed'));
  }
}

/** The workers of a role, and what its page of metrics shows of them. `onClose` is told what is to be ended after them. */
async function createWorkers(
  role: WorkerRole,
  host: WorkerProcess,
  onClose: (close: () => Promise<void>) => void,
): Promise<{ readonly workers: readonly Worker[]; readonly collectors: readonly Collector[] }> {
  const { settings, watch } = host;
  const workers: Worker[] = [];
  const pools: WatchedPool[] = [];
  const ofInstallation: Collector[] = [];
  if (role === 'control' || role === 'all') {
    const context = await openContext(host);
    workers.push(await createControlWorker(host, context));
    const installation = watchInstallation(host, context);
    onClose(installation.close);
    ofInstallation.push(...installation.collectors);
  }
  for (const device of devicesOf(role, process.env)) {
    const { worker, trainers, close } = await createComputeWorker(host, device);
    onClose(close);
    workers.push(worker);
    pools.push(trainers);
  }
  if (role === 'vendor' || role === 'all') workers.push(await createVendorWorker(host));
  const collectors = [
    trainerCollector(pools, watch.metrics),
    gpuCollector(process.env, watch.metrics),
    ...(settings.store.kind === 'file' ? [diskCollector(settings.store.root, watch.metrics)] : []),
    ...ofInstallation,
  ];
  return { workers, collectors };
}

/** The queues that a role computes for: all of them on a machine that does everything. */
function devicesOf(role: WorkerRole, env: NodeJS.ProcessEnv): readonly ('cpu' | 'gpu')[] {
  switch (role) {
    case 'control':
    case 'vendor':
      return [];
    case 'cpu':
    case 'gpu':
      return [role];
    case 'all':
      return gpuIsVisible(env) ? ['cpu', 'gpu'] : ['cpu'];
    default:
      return role satisfies never;
  }
}
