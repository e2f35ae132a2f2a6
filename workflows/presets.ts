import type { ActivityOptions, ChildWorkflowOptions } from '@temporalio/workflow';
import { QUEUES } from '../shared/names/queues';

/**
 * Every timeout and retry number of the workflows, each with its reason.
 *
 * Attempts are not limited here: a deploy, a pause and a lost machine each consume one, so a limit would be eaten by
 * events that are no fault of the work. What must not be retried is said by the activity, which knows the cause; repeated
 * crashes are counted in the store.
 */

/** Reads a config or writes a report: seconds of work; two minutes allow for a slow store. */
export const CONTROL_ACTIVITY: ActivityOptions = {
  taskQueue: QUEUES.control,
  startToCloseTimeout: '2 minutes',
  // Five missed heartbeats, as for a stage: a worker killed while it writes a record must not cost two minutes.
  heartbeatTimeout: '10 seconds',
  // A store that comes back is met within half a minute, and a store that is away is not hammered.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
};

/** A stage of a symbol: computed in a child process while the activity heartbeats every two seconds. */
export const STAGE_ACTIVITY: ActivityOptions = {
  taskQueue: QUEUES.cpu,
  // Ten million bars through the slowest stage take well under an hour on two cores; six hours bound a hung child.
  startToCloseTimeout: '6 hours',
  // Five missed heartbeats: a killed worker's work is taken up again after ten seconds, a busy machine is not mistaken for a dead one.
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  // The activity may save what it has and say that it stopped before the workflow closes.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
};

/** A fit on a device's queue: the same numbers as any stage; a net's checkpoints bound what a lost machine costs. */
export function trainActivity(device: 'cpu' | 'gpu'): ActivityOptions {
  return { ...STAGE_ACTIVITY, taskQueue: QUEUES[device] };
}

/** A symbol or a batch: closed by its own end, never by a timer; cancelled together with its parent, and waited for. */
export const CHILD_WORKFLOW: Pick<ChildWorkflowOptions, 'taskQueue' | 'cancellationType' | 'parentClosePolicy'> = {
  taskQueue: QUEUES.control,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  parentClosePolicy: 'REQUEST_CANCEL',
};
