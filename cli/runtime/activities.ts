import type { Client } from '@temporalio/client';
import { isErrorNamed } from '../run-failure';
import { UsageError } from '../usage-error';
import { reasonOf } from './workflows';

/** One pending activity. */
export interface ActivityRef {
  readonly workflowId: string;
  readonly activityId: string;
}

const DEADLINE_MS = 10_000;
/** A worker asks its queue at least once a minute; one that did not for longer is gone. */
const POLLER_SILENT_MS = 90_000;
type TaskQueueType = NonNullable<Parameters<Client['workflowService']['describeTaskQueue']>[0]['taskQueueType']>;
/** `TASK_QUEUE_TYPE_ACTIVITY` and `…_WORKFLOW` of the server's API. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum lives in a package that is none of ours
const ACTIVITY_QUEUE: TaskQueueType = 2;
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- as above
const WORKFLOW_QUEUE: TaskQueueType = 1;

/** Stops an activity, with a checkpoint where it can, until it is unpaused. The rest of its workflow goes on. */
export async function pauseActivity(client: Client, activity: ActivityRef, reason: string): Promise<void> {
  await ask(client, activity, (request) => client.workflowService.pauseActivity({ ...request, reason }));
}

/** Lets a paused activity go on, at once and from its checkpoint. */
export async function unpauseActivity(client: Client, activity: ActivityRef): Promise<void> {
  await ask(client, activity, (request) => client.workflowService.unpauseActivity(request));
}

/**
 * Forgets the back-off of an activity that waits, so that it is tried now; what it last said of itself stays. Not for a
 * running one: its worker would not be heard any more (see T14 of the facts on Temporal).
 */
export async function tryActivityNow(client: Client, activity: ActivityRef): Promise<void> {
  await ask(client, activity, (request) =>
    client.workflowService.resetActivity({ ...request, resetHeartbeat: false, keepPaused: false }),
  );
}

/** Sends the next attempt of an activity to another queue; one that waits in a queue goes there at once. */
export async function moveActivity(client: Client, activity: ActivityRef, queue: string): Promise<void> {
  await ask(client, activity, (request) =>
    client.workflowService.updateActivityOptions({
      ...request,
      activityOptions: { taskQueue: { name: queue } },
      updateMask: { paths: ['task_queue.name'] },
    }),
  );
}

/** Workers that ask a queue for work of a kind now, by identity. */
export async function workersOf(
  client: Client,
  queue: string,
  kind: 'activities' | 'workflows' = 'activities',
): Promise<readonly string[]> {
  const { pollers } = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: queue },
      taskQueueType: kind === 'activities' ? ACTIVITY_QUEUE : WORKFLOW_QUEUE,
    }),
  );
  const sinceMs = Date.now() - POLLER_SILENT_MS;
  return pollers
    .filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 >= sinceMs)
    .map(({ identity }) => identity ?? '');
}

interface ActivityRequest {
  readonly namespace: string;
  readonly execution: { readonly workflowId: string };
  readonly id: string;
  readonly identity: string;
}

async function ask(
  client: Client,
  { workflowId, activityId }: ActivityRef,
  send: (request: ActivityRequest) => Promise<unknown>,
): Promise<void> {
  const { namespace, identity } = client.options;
  const request = { namespace, execution: { workflowId }, id: activityId, identity };
  try {
    await client.withDeadline(Date.now() + DEADLINE_MS, () => send(request));
  } catch (error) {
    const isOld = isErrorNamed(error, 'Error') && /UNIMPLEMENTED/.test(reasonOf(error));
    throw new UsageError(
      isOld
        ? 'this Temporal server knows no operations on activities; they came with version 1.28'
        : `${workflowId} ${activityId} did not take it: ${reasonOf(error)}`,
    );
  }
}
