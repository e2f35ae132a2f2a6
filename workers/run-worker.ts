import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { LogLevel, NativeConnection } from '@temporalio/worker';
import { createControlActivities, createStageActivities, createVendorActivities } from '../activities';
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
import type { Logger } from '../shared/runtime/logger';
import { createRedactor } from '../shared/runtime/redact';
import type { Settings } from '../shared/runtime/settings';
import { gpuIsVisible } from '../shared/runtime/tensorflow/device';
import { createActivityLogStore } from '../shared/store/activity-logs';
import { dataConverterOf } from '../shared/temporal/data-converter';
import { BUNDLE_PATH, ENCRYPTED_BUNDLE_PATH } from './build-bundle';
import { computePlaces } from './compute-places';
import { gpuMetricsText, sampleGpus } from './gpu-metrics';
import { startHealthServer } from './health';
import { connectWithPatience } from './connect';
import { deploymentOptions, watchDeployment } from './deployment-version';
import { registerSearchAttributes } from './search-attributes';
import { onStopRequest } from './stop-request';
import { createVendorWorker } from './vendor-worker';

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
  installRuntime(logger, settings);
  const connection = await connectWithPatience(settings, logger);
  const cleanUps: (() => Promise<void>)[] = [() => connection.close()];
  try {
    const workers: Worker[] = [];
    if (role === 'control' || role === 'all') {
      const context = await openContext(process.env, settings, logger);
      workers.push(await createControlWorker(connection, settings, context));
    }
    for (const device of devicesOf(role, process.env)) {
      const places = computePlaces(device, settings, process.env);
      logger.info({ queue: QUEUES[device], netsOn: places.netsOn }, 'nets');
      const context = await openContext(places.env, settings, logger);
      const pool = createProcessPool(settings, places, context.environment);
      cleanUps.unshift(() => pool.close());
      workers.push(
        await Worker.create({
          ...commonOptions(connection, settings, device),
          activities: createStageActivities({
            context,
            pool,
            notes: createStepNotes(noteSender(connection, settings)),
            logs: activityLogs(context),
          }),
          maxConcurrentActivityTaskExecutions: places.size,
        }),
      );
    }
    if (role === 'vendor' || role === 'all') {
      const context = await openContext(process.env, settings, logger);
      const activities = createVendorActivities({ context, logs: activityLogs(context) });
      const common = { ...commonOptions(connection, settings, 'vendor'), activities };
      workers.push(await createVendorWorker(common, settings));
    }
    const health = await startHealthServer(
      settings.healthPort,
      () => workers.every((worker) => worker.getState() === 'RUNNING'),
      async () => gpuMetricsText(await sampleGpus(process.env)),
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

function openContext(env: NodeJS.ProcessEnv, settings: Settings, logger: Logger): Promise<StageContext> {
  return openWorkerContext({
    settings,
    env,
    workingDirectory: process.cwd(),
    onDamage: (message) => logger.warn({ message }, 'damaged artifact'),
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
): Promise<Worker> {
  const { store, storeId, source, environment } = context;
  await registerSearchAttributes(connection, settings.namespace);
  return Worker.create({
    ...commonOptions(connection, settings, 'control'),
    workflowBundle: { codePath: requireBundle(settings.payloadKeys === null ? BUNDLE_PATH : ENCRYPTED_BUNDLE_PATH) },
    activities: createControlActivities({
      ...{ store, storeId, source, environment },
      renderReport: renderReportInThread,
      logs: activityLogs(context),
    }),
    maxConcurrentActivityTaskExecutions: CONTROL_SLOTS,
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
  });
}

function commonOptions(connection: NativeConnection, settings: Settings, queue: keyof typeof QUEUES) {
  return {
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

function installRuntime(logger: Logger, settings: Settings): void {
  const write = new DefaultLogger(settings.logLevel.toUpperCase() as LogLevel, ({ level, message, meta }) => {
    logger[level.toLowerCase() as 'info']({ ...meta }, message);
  });
  // Signals are handled by stop-request.ts, which also hears the parent's channel close.
  Runtime.install({ logger: write, shutdownSignals: [] });
}
