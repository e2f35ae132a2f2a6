import { QUEUES } from '../../../shared/names/queues';
import type { Instruments } from '../../../shared/runtime/metrics/instruments';
import type { Collector } from '../metrics-page';

/** Values of `temporal.api.enums.v1.TaskQueueType`. */
const KINDS = { workflow: 1, activity: 2 } as const;
type Kind = keyof typeof KINDS;

/** What is asked of the server here. */
export interface DescribesQueues {
  describeTaskQueue(request: {
    readonly namespace: string;
    readonly taskQueue: { readonly name: string };
    readonly taskQueueType: number;
    readonly reportStats: boolean;
  }): Promise<{
    readonly stats?: {
      readonly approximateBacklogCount?: unknown;
      readonly approximateBacklogAge?: Duration | null;
    } | null;
    readonly pollers: readonly unknown[];
  }>;
}

/** A duration of the server's, whose seconds are a 64-bit number. */
interface Duration {
  readonly seconds?: unknown;
  readonly nanos?: number | null;
}

/** What waits in each queue, asked of the server. Workflows run on the control queue only. */
export function queueCollector(service: DescribesQueues, namespace: string, metrics: Instruments): Collector {
  const asked: readonly (readonly [string, Kind])[] = [
    [QUEUES.control, 'workflow'],
    ...Object.values(QUEUES).map((queue) => [queue, 'activity'] as const),
  ];
  const ask = async ([queue, kind]: readonly [string, Kind]): Promise<void> => {
    const { stats, pollers } = await service.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType: KINDS[kind],
      reportStats: true,
    });
    const label = { queue, kind };
    metrics.queueBacklog.set(label, Number(stats?.approximateBacklogCount ?? 0));
    metrics.queueBacklogAge.set(label, secondsOf(stats?.approximateBacklogAge));
    metrics.queuePollers.set(label, pollers.length);
  };
  return {
    name: 'queues',
    collect: async () => {
      await Promise.all(asked.map(ask));
    },
    reset: () => {
      for (const metric of [metrics.queueBacklog, metrics.queueBacklogAge, metrics.queuePollers]) metric.reset();
    },
  };
}

function secondsOf(duration: Duration | null | undefined): number {
  return Number(duration?.seconds ?? 0) + (duration?.nanos ?? 0) / 1e9;
}
