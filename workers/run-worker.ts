import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { LogLevel, NativeConnection } from '@temporalio/worker';
import { createControlActivities, createStageActivities } from '../activities';
import { createProcessPool } from '../activities/child/process-pool';
import { createStageContext, sourceOf } from '../activities/support/context';
import { openModelEngines } from '../activities/support/engines';
import { describeEnvironment } from '../shared/runtime/environment';
import { QUEUES } from '../shared/names/queues';
import type { Logger } from '../shared/runtime/logger';
import { locateNativeParts } from '../shared/runtime/native-parts';
import type { Settings } from '../shared/runtime/settings';
import { openFileStore } from '../shared/store/open-store';
import { BUNDLE_PATH } from './build-bundle';
import { startHealthServer } from './health';
import { connectWithPatience } from './connect';
import { registerSearchAttributes } from './search-attributes';
import { onStopRequest } from './stop-request';

export const WORKER_ROLES = ['control', 'cpu', 'gpu', 'all'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

/** A worker that ignores a stop for this long after its grace is given up on. */
const FORCE_AFTER_GRACE_MS = 20_000;
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
    const store = openFileStore(settings.storeRoot, (message) => logger.warn({ message }, 'damaged artifact'));
    const parts = locateNativeParts(process.env);
    const environment = describeEnvironment(parts);
    const workers: Worker[] = [];
    const tempDir = join(settings.home, 'tmp');
    if (role === 'control' || role === 'all') {
      await registerSearchAttributes(connection, settings.namespace);
      workers.push(
        await Worker.create({
          ...commonOptions(connection, settings, 'control'),
          workflowBundle: { codePath: requireBundle() },
          activities: createControlActivities({
            store,
            source: (config) => sourceOf(config, process.cwd(), tempDir),
            environment,
          }),
          maxConcurrentActivityTaskExecutions: CONTROL_SLOTS,
          maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
        }),
      );
    }
    if (role !== 'control') {
      const engines = await openModelEngines(parts, settings.trainerThreads);
      const pool = createProcessPool(settings, process.env);
      cleanUps.unshift(() => pool.close());
      workers.push(
        await Worker.create({
          ...commonOptions(connection, settings, role === 'gpu' ? 'gpu' : 'cpu'),
          activities: createStageActivities({
            context: createStageContext({ store, engines, baseDir: process.cwd(), tempDir, environment }),
            pool,
          }),
          maxConcurrentActivityTaskExecutions: settings.trainers,
        }),
      );
    }
    const health = await startHealthServer(settings.healthPort, () =>
      workers.every((worker) => worker.getState() === 'RUNNING'),
    );
    cleanUps.unshift(health.close);
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
  };
}

function requireBundle(): string {
  if (existsSync(BUNDLE_PATH)) return BUNDLE_PATH;
  throw new Error(
    `the workflow bundle ${BUNDLE_PATH} is missing; run \`npm run build\` (or any ./candlewick command) first`,
  );
}

function installRuntime(logger: Logger, settings: Settings): void {
  const write = new DefaultLogger(settings.logLevel.toUpperCase() as LogLevel, ({ level, message, meta }) => {
    logger[level.toLowerCase() as 'info']({ ...meta }, message);
  });
  // Signals are handled by stop-request.ts, which also hears the parent's channel close.
  Runtime.install({ logger: write, shutdownSignals: [] });
}
