import type { NativeConnection } from '@temporalio/worker';
import { QUEUES } from '../../../shared/names/queues';
import type { Instruments } from '../../../shared/runtime/metrics/instruments';
import type { Collector } from '../metrics-page';

/** Values of `temporal.api.enums.v1.TaskQueueType`. */
const KINDS = { workflow: 1 as QueueType, activity: 2 as QueueType };
type Kind = keyof typeof KINDS;
type Request = Parameters<NativeConnection['workflowService']['describeTaskQueue']>[0];
type QueueType = NonNullable<Request['taskQueueType']>;

/** What waits in each queue, asked of the server. Workflows run on the control queue only. */
export function queueCollector(connection: NativeConnection, namespace: string, metrics: Instruments): Collector {
  const asked: readonly (readonly [string, Kind])[] = [
    [QUEUES.control, 'workflow'],
    ...Object.values(QUEUES).map((queue) => [queue, 'activity'] as const),
  ];
  const ask = async ([queue, kind]: readonly [string, Kind]): Promise<void> => {
    const answer = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType: KINDS[kind],
      reportStats: true,
    });
    const label = { queue, kind };
    const { approximateBacklogCount, approximateBacklogAge } = answer.stats ?? {};
    metrics.queueBacklog.set(label, Number(approximateBacklogCount ?? 0));
    metrics.queueBacklogAge.set(label, secondsOf(approximateBacklogAge));
    metrics.queuePollers.set(label, answer.pollers.length);
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

/** A duration of the server's, whose seconds are a 64-bit number. */
export function secondsOf(
  duration: { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined,
): number {
  return Number(duration?.seconds ?? 0) + (duration?.nanos ?? 0) / 1e9;
}
