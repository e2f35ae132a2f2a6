import { Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import type { VendorSettings } from '../shared/runtime/settings/vendor-settings';

/**
 * Asks vendors of bars, in this process. The server hands the queue's activities out no faster than `vendorRps`, over all
 * workers together; inside a worker each source keeps its own number of requests per second.
 */
export function createVendorWorker(common: WorkerOptions, { vendorRps, vendorSlots }: VendorSettings): Promise<Worker> {
  return Worker.create({
    ...common,
    maxConcurrentActivityTaskExecutions: vendorSlots,
    ...(vendorRps === null ? {} : { maxTaskQueueActivitiesPerSecond: vendorRps }),
  });
}
