import type { ActivityOptions, ChildWorkflowOptions } from '@temporalio/workflow';
import type { RunPlan } from '../shared/contracts/run';
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

/** Files may have to be read whole, a thousand of them within half an hour. */
const LOOK_MS = 30 * 60_000;

/** Looks at the newest bars of every symbol. */
export const LOOK_ACTIVITY: ActivityOptions = { ...CONTROL_ACTIVITY, startToCloseTimeout: LOOK_MS };

/**
 * A vendor's newest bars are looked for where it is asked for them: its limits hold there. With its queue and all attempts a
 * look ends with the window of the wait, `restMs` from now, and the time of one whole look: where no worker asks vendors,
 * late symbols must not be waited for without end.
 */
export function lookActivity(ingestOn: 'cpu' | 'vendor', restMs: number): ActivityOptions {
  const bounded = { ...LOOK_ACTIVITY, scheduleToCloseTimeout: Math.max(0, restMs) + LOOK_MS };
  return ingestOn === 'vendor' ? { ...bounded, taskQueue: QUEUES.vendor } : bounded;
}

/** Of runs that were begun before their plan named limits; now they are `execution`'s, with the reasons of their defaults. */
const LIMITS_BEFORE: RunPlan['limits'] = { heartbeatMs: 10_000, stageMs: 6 * 3_600_000 };

/**
 * A stage of a symbol: computed in a child process while the activity heartbeats every two seconds. Its time limits are the
 * run's (`execution`, with the reasons of their defaults): what takes hours for one run is a hung child for another. A fit
 * on a device's queue has the same numbers; a net's checkpoints bound what a lost machine costs.
 */
export function stageActivity(limits: RunPlan['limits'] | undefined, device: 'cpu' | 'gpu' = 'cpu'): ActivityOptions {
  const { heartbeatMs, stageMs } = limits ?? LIMITS_BEFORE;
  return {
    taskQueue: QUEUES[device],
    startToCloseTimeout: stageMs,
    heartbeatTimeout: heartbeatMs,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
    // The activity may save what it has and say that it stopped before the workflow closes.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  };
}

/**
 * The stage that fetches bars. From files it is a stage like any other. From a vendor it has its own rate-limited queue, and
 * is asked again more slowly: a vendor that is away stays away for minutes, and one that names a pause is obeyed to the
 * second by the activity's own next retry delay.
 */
export function ingestActivity(limits: RunPlan['limits'] | undefined, on: 'cpu' | 'vendor'): ActivityOptions {
  const stage = stageActivity(limits);
  if (on === 'cpu') return stage;
  return {
    ...stage,
    taskQueue: QUEUES.vendor,
    retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '5 minutes' },
  };
}

/** Symbols whose models are registered by one activity: a retry begins again with these only. */
export const SYMBOLS_PER_REGISTRATION = 50;

/** Fifty symbols of a few horizons, a dozen small reads and writes each: a minute, and ten on a store that is slow. */
export const REGISTER_ACTIVITY: ActivityOptions = { ...CONTROL_ACTIVITY, startToCloseTimeout: '10 minutes' };

/** Models that a retrain's answer lists: half a kilobyte each, far below the two megabytes that a payload may have. */
export const MAX_OUTCOMES_LISTED = 500;

/** A symbol or a batch: closed by its own end, never by a timer; cancelled together with its parent, and waited for. */
export const CHILD_WORKFLOW: Pick<ChildWorkflowOptions, 'taskQueue' | 'cancellationType' | 'parentClosePolicy'> = {
  taskQueue: QUEUES.control,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  parentClosePolicy: 'REQUEST_CANCEL',
};

/** Judges two models on the bars that both were never trained on: predictions of years of bars, minutes at most. */
export const JUDGE_ACTIVITY = stageActivity({ heartbeatMs: 10_000, stageMs: 3_600_000 });

/** Models of a retrain that are judged and promoted at once: enough to keep the cpu slots of two machines busy. */
export const MODELS_AT_ONCE = 16;

/** Comparisons with a champion that keeps changing: two retrains of a set meet once or twice, more is a fault elsewhere. */
export const MAX_JUDGEMENTS = 5;

/** A question to a person outlives the retrain that asks it, and is not stopped with it. */
export const PROMOTION_CHILD: Pick<ChildWorkflowOptions, 'taskQueue' | 'cancellationType' | 'parentClosePolicy'> = {
  taskQueue: QUEUES.control,
  cancellationType: 'ABANDON',
  parentClosePolicy: 'ABANDON',
};
