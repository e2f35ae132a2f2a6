import { QUEUES } from '../../../shared/names/queues';

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

export interface QueueLook {
  readonly queue: string;
  readonly kind: Kind;
  /** Tasks that wait, as the server estimates it. */
  readonly backlog: number;
  /** How long the oldest of them has waited. */
  readonly ageSeconds: number;
  readonly pollers: number;
}

/** What waits in each queue, asked of the server. Workflows run on the control queue only. */
export function lookAtQueues(service: DescribesQueues, namespace: string): Promise<readonly QueueLook[]> {
  const asked: readonly (readonly [string, Kind])[] = [
    [QUEUES.control, 'workflow'],
    ...Object.values(QUEUES).map((queue) => [queue, 'activity'] as const),
  ];
  const ask = async ([queue, kind]: readonly [string, Kind]): Promise<QueueLook> => {
    const { stats, pollers } = await service.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType: KINDS[kind],
      reportStats: true,
    });
    const backlog = Number(stats?.approximateBacklogCount ?? 0);
    return { queue, kind, backlog, ageSeconds: secondsOf(stats?.approximateBacklogAge), pollers: pollers.length };
  };
  return Promise.all(asked.map(ask));
}

function secondsOf(duration: Duration | null | undefined): number {
  return Number(duration?.seconds ?? 0) + (duration?.nanos ?? 0) / 1e9;
}
