import { existsSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { createControlActivities } from '../activities';
import { createPromotionActivities } from '../activities/promotion';
import { renderReportInThread } from '../activities/support/render-report';
import type { StageContext } from '../activities/support/stage-definition';
import { BUNDLE_PATH, ENCRYPTED_BUNDLE_PATH } from './build-bundle';
import { registerSearchAttributes } from './search-attributes';
import { activityLogsIn, workerOptions, type WorkerProcess } from './worker-options';

/** Workflows kept in memory; a symbol's history is short, so more would only cost memory. */
const MAX_CACHED_WORKFLOWS = 200;
/** Light activities at once on the control queue. */
const CONTROL_SLOTS = 20;

/** Workflows and the light activities. Throws an Error where the workflows were not built. */
export async function createControlWorker(host: WorkerProcess, context: StageContext): Promise<Worker> {
  const { connection, settings, unexpected } = host;
  const logs = activityLogsIn(context);
  const { store, storeId, source, environment } = context;
  await registerSearchAttributes(connection, settings.namespace);
  return Worker.create({
    ...workerOptions(host, 'control'),
    workflowBundle: { codePath: requireBundle(settings.payloadKeys === null ? BUNDLE_PATH : ENCRYPTED_BUNDLE_PATH) },
    activities: {
      ...createControlActivities({
        ...{ store, storeId, source, environment },
        renderReport: renderReportInThread,
        ...{ logs, unexpected },
      }),
      ...createPromotionActivities({ store, storeId, logs, unexpected }),
    },
    maxConcurrentActivityTaskExecutions: CONTROL_SLOTS,
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
  });
}

function requireBundle(path: string): string {
  if (existsSync(path)) return path;
  throw new Error(`the workflow bundle ${path} is missing; run \`npm run build\` (or any ./candlewick command) first`);
}
