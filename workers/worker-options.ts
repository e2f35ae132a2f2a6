import { hostname } from 'node:os';
import type { NativeConnection } from '@temporalio/worker';
import type { ActivityLogs } from '../activities/support/activity-log';
import { createActivityLogs } from '../activities/support/activity-log';
import { openWorkerContext } from '../activities/support/open-context';
import type { StageContext } from '../activities/support/stage-definition';
import type { UnexpectedCounter } from '../activities/support/unexpected-counter';
import { QUEUES } from '../shared/names/queues';
import type { Logger } from '../shared/runtime/logger';
import { createRedactor } from '../shared/runtime/redact';
import type { Settings } from '../shared/runtime/settings';
import { createActivityLogStore } from '../shared/store/activity-logs';
import { dataConverterOf } from '../shared/temporal/data-converter';
import { deploymentOptions } from './deployment-version';
import type { WorkerWatch } from './watch/worker-watch';

/** A worker that ignores a stop for this long after its grace is given up on; its nets have 20 s to save. */
const FORCE_AFTER_GRACE_MS = 30_000;
/** A cancelled, paused or stopped activity learns of it within this time. */
const MAX_HEARTBEAT_THROTTLE_MS = 2_000;

/** What all workers of one process share. */
export interface WorkerProcess {
  readonly connection: NativeConnection;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly watch: WorkerWatch;
  readonly unexpected: UnexpectedCounter;
}

/** What the workers of all queues have in common. */
export function workerOptions({ connection, settings, watch }: WorkerProcess, queue: keyof typeof QUEUES) {
  return {
    interceptors: { activity: [...watch.activityInterceptors] },
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

/** What a worker's activities work with; `env` says where they compute. */
export function openContext(
  { settings, logger, watch }: WorkerProcess,
  env: NodeJS.ProcessEnv = process.env,
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
export function activityLogsIn({ store }: StageContext): ActivityLogs {
  return createActivityLogs(createActivityLogStore(store.objects), createRedactor(process.env));
}
