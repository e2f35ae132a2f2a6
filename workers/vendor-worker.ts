import { Worker } from '@temporalio/worker';
import { createVendorActivities } from '../activities';
import { activityLogsIn, openContext, workerOptions, type WorkerProcess } from './worker-options';

/**
 * Asks vendors of bars, in this process. The server hands the queue's activities out no faster than `vendorRps`, over all
 * workers together; inside a worker each source keeps its own number of requests per second.
 */
export async function createVendorWorker(host: WorkerProcess): Promise<Worker> {
  const { settings, watch, unexpected } = host;
  const context = await openContext(host);
  return Worker.create({
    ...workerOptions(host, 'vendor'),
    activities: createVendorActivities({ context, logs: activityLogsIn(context), watch: watch.stages, unexpected }),
    maxConcurrentActivityTaskExecutions: settings.vendorSlots,
    ...(settings.vendorRps === null ? {} : { maxTaskQueueActivitiesPerSecond: settings.vendorRps }),
  });
}
