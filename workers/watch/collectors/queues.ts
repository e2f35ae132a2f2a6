import type { Instruments } from '../../../shared/runtime/metrics/instruments';
import type { QueueLook } from '../looks/queues';
import type { Collector } from '../metrics-page';
import type { Look } from '../shared-look';

/** What waits in each queue. */
export function queueCollector(look: Look<readonly QueueLook[]>, metrics: Instruments): Collector {
  return {
    name: 'queues',
    collect: async () => {
      for (const { queue, kind, backlog, ageSeconds, pollers } of await look()) {
        const label = { queue, kind };
        metrics.queueBacklog.set(label, backlog);
        metrics.queueBacklogAge.set(label, ageSeconds);
        metrics.queuePollers.set(label, pollers);
      }
    },
    reset: () => {
      for (const metric of [metrics.queueBacklog, metrics.queueBacklogAge, metrics.queuePollers]) metric.reset();
    },
  };
}
