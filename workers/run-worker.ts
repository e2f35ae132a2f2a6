import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { Worker } from '@temporalio/worker';
import type { NativeConnection } from '@temporalio/worker';
import { createControlActivities, createStageActivities, createVendorActivities } from '../activities';
import { createJudgeActivities, createRegistryActivities } from '../activities/promotion';
import { createProcessPool } from '../activities/child/process-pool';
import type { ActivityLogs } from '../activities/support/activity-log';
import { createActivityLogs } from '../activities/support/activity-log';
import { openWorkerContext } from '../activities/support/open-context';
import type { StageContext } from '../activities/support/stage-definition';
import { createStepNotes } from '../activities/support/step-notes';
import { noteSender } from './note-sender';
import { renderReportInThread } from '../activities/support/render-report';
import { QUEUES } from '../shared/names/queues';
import type { WorkerRole } from '../shared/names/worker-roles';
import { describeEnvironment } from '../shared/runtime/environment';
import type { Logger } from '../shared/runtime/logger';
import { locateNativeParts } from '../shared/runtime/native-parts';
import { createRedactor } from '../shared/runtime/redact';
import type { Settings } from '../shared/runtime/settings';
import { gpuIsVisible } from '../shared/runtime/tensorflow/device';
import { createActivityLogStore } from '../shared/store/activity-logs';
import { createRegistry } from '../shared/store/registry';
import { dataConverterOf } from '../shared/temporal/data-converter';
import { BUNDLE_PATH, ENCRYPTED_BUNDLE_PATH } from './build-bundle';
import { computePlaces } from './compute-places';
import { startHealthServer } from './health';
import { connectWithPatience } from './connect';
import { deploymentOptions, watchDeployment } from './deployment-version';
import { registerSearchAttributes } from './search-attributes';
import { onStopRequest } from './stop-request';
import { createVendorWorker } from './vendor-worker';
import { diskCollector } from './watch/collectors/disk';
import { gpuCollector } from './watch/collectors/gpus';
import { modelCollector } from './watch/collectors/models';
import { queueCollector } from './watch/collectors/queues';
import { scheduleCollector } from './watch/collectors/schedules';
import { trainerCollector, type WatchedPool } from './watch/collectors/trainers';
import type { Collector } from './watch/metrics-page';
import { openWorkerWatch, type WorkerWatch } from './watch/worker-watch';

/** A worker that ignores a stop for this long after its grace is given up on; its nets have 20 s to save. */
const FORCE_AFTER_GRACE_MS = 30_000;
/** A cancelled, paused or stopped activity learns of it within this time. */
const MAX_HEARTBEAT_THROTTLE_MS = 2_000;
/** Workflows kept in memory; a symbol's history is short, so more would only cost memory. */
const MAX_CACHED_WORKFLOWS = 200;
/** Light activities at once on the control queue. */
const CONTROL_SLOTS = 20;

/** Runs the workers of a role in this process until it is told to stop; activities in flight end or are handed back. */
export async function runWorker(given: {
  readonly role: WorkerRole;
  readonly settings: Settings;
  readonly logger: Logger;
}): Promise<void> {
  const { role, settings, logger } = given;
  const watch = await openWorkerWatch({ role, settings, logger, env: process.env });
  const connection = await connectWithPatience(settings, logger);
  const cleanUps: (() => Promise<void>)[] = [() => connection.close(), watch.close];
  const pools: WatchedPool[] = [];
  const collectors: Collector[] = [];
  const { commit = 'unknown' } = describeEnvironment(locateNativeParts(process.env));
  watch.metrics.buildInfo.set({ role, commit }, 1);
  try {
    const workers: Worker[] = [];
    if (role === 'control' || role === 'all') {
      const context = await openContext(process.env, settings, logger, watch);
      workers.push(await createControlWorker(connection, settings, context, watch));
      collectors.push(...installationCollectors(connection, settings, context, watch));
    }
    for (const device of devicesOf(role, process.env)) {
      const places = computePlaces(device, settings, process.env);
      logger.info({ queue: QUEUES[device], netsOn: places.netsOn }, 'nets');
      const context = await openContext(places.env, settings, logger, watch);
      const queue = QUEUES[device];
      const pool = createProcessPool(settings, places, context.environment, (event) => {
        if (event.kind === 'started') watch.metrics.trainerStarts.inc({ queue });
        else watch.metrics.trainerDeaths.inc({ queue, code: event.code });
      });
      cleanUps.unshift(() => pool.close());
      const { size } = places;
      pools.push({ queue, size, memoryLimitBytes: settings.trainerMemoryBytes, children: pool.children });
      workers.push(
        await Worker.create({
          ...commonOptions(connection, settings, device, watch),
          activities: {
            ...createStageActivities({
              context,
              pool,
              notes: createStepNotes(noteSender(connection, settings)),
              logs: activityLogs(context),
              watch: watch.stages,
            }),
            ...createJudgeActivities({ context, pool, logs: activityLogs(context), watch: watch.stages }),
          },
          maxConcurrentActivityTaskExecutions: places.size,
        }),
      );
    }
    if (role === 'vendor' || role === 'all') {
      const context = await openContext(process.env, settings, logger, watch);
      const activities = createVendorActivities({ context, logs: activityLogs(context) });
      const common = { ...commonOptions(connection, settings, 'vendor', watch), activities };
      workers.push(await createVendorWorker(common, settings));
    }
    const health = await startHealthServer(
      settings.healthPort,
      () => workers.every((worker) => worker.getState() === 'RUNNING'),
      watch.pageOf([
        trainerCollector(pools, watch.metrics),
        gpuCollector(process.env, watch.metrics),
        ...(settings.store.kind === 'file' ? [diskCollector(settings.store.root, watch.metrics)] : []),
        ...collectors,
      ]),
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

/** What only one process of an installation need ask: the server, and the registry of models. */
function installationCollectors(
  connection: NativeConnection,
  settings: Settings,
  { store }: StageContext,
  { metrics }: WorkerWatch,
): readonly Collector[] {
  return [
    queueCollector(connection.workflowService, settings.namespace, metrics),
    scheduleCollector(connection, settings, metrics),
    modelCollector(createRegistry(store.objects), metrics),
  ];
}

function openContext(
  env: NodeJS.ProcessEnv,
  settings: Settings,
  logger: Logger,
  watch: WorkerWatch,
): Promise<StageContext> {
  return openWorkerContext({
    settings,
    env,
    workingDirectory: process.cwd(),
    onDamage: (message) => logger.warn({ damage: message }, 'damaged artifact'),
    onStoreEvent: watch.onStoreEvent,
  });
}

/** Logs of attempts in the store, without what this process knows as secrets. */
function activityLogs({ store }: StageContext): ActivityLogs {
  return createActivityLogs(createActivityLogStore(store.objects), createRedactor(process.env));
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

/** Workflows and the light activities. */
async function createControlWorker(
  connection: NativeConnection,
  settings: Settings,
  context: StageContext,
  watch: WorkerWatch,
): Promise<Worker> {
  const { store, storeId, source, environment } = context;
  await registerSearchAttributes(connection, settings.namespace);
  return Worker.create({
    ...commonOptions(connection, settings, 'control', watch),
    workflowBundle: { codePath: requireBundle(settings.payloadKeys === null ? BUNDLE_PATH : ENCRYPTED_BUNDLE_PATH) },
    activities: {
      ...createControlActivities({
        ...{ store, storeId, source, environment },
        renderReport: renderReportInThread,
        logs: activityLogs(context),
      }),
      ...createRegistryActivities({ store, storeId, logs: activityLogs(context) }),
    },
    maxConcurrentActivityTaskExecutions: CONTROL_SLOTS,
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
  });
}

function commonOptions(
  connection: NativeConnection,
  settings: Settings,
  queue: keyof typeof QUEUES,
  { activityInterceptors }: WorkerWatch,
) {
  return {
    interceptors: { activity: [...activityInterceptors] },
    connection,
    namespace: settings.namespace,
    taskQueue: QUEUES[queue],
    identity: `${queue}@${hostname()}#${String(process.pid)}`,
    shutdownGraceTime: settings.shutdownGraceMs,
    shutdownForceTime: settings.shutdownGraceMs + FORCE_AFTER_GRACE_MS,
    maxHeartbeatThrottleInterval: MAX_HEARTBEAT_THROTTLE_MS,
    defaultHeartbeatThrottleInterval: MAX_HEARTBEAT_THROTTLE_MS,
    dataConverter: dataConverterOf(settings),
    ...deploymentOptions(settings),
  };
}

function requireBundle(path: string): string {
  if (existsSync(path)) return path;
  throw new Error(`the workflow bundle ${path} is missing; run \`npm run build\` (or any ./candlewick command) first`);
}
