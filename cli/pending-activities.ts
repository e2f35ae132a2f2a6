import type { Client } from '@temporalio/client';
import { isPlainObject } from '../shared/contracts/plain-object';
import { rawFailure, rawValue } from '../shared/temporal/decode-raw';
import type { PendingActivity } from './retrying-activities';
import { pendingActivities } from './retrying-activities';
import { workersOf } from './runtime/activities';

/** What an operator may ask of a pending activity. */
export interface PendingState {
  readonly activityId: string;
  readonly state: 'waiting' | 'running' | 'paused' | 'stopping';
  readonly attempt: number;
  readonly queue: string;
  /** The worker of the last attempt; null before the first. */
  readonly worker: string | null;
  /** Until it is tried again; null where no back-off runs. */
  readonly nextInMs: number | null;
  readonly code: string | null;
  readonly message: string | null;
  /** From the details of its last failure: where its log is. */
  readonly log: string | null;
  readonly rung: string | null;
  readonly checkpoint: string | null;
}

/** A pending activity with the workflow that waits for it. */
export interface PendingOf {
  readonly workflowId: string;
  readonly state: PendingState;
}

/** Everything that a run and its retries wait for, and the queues among them that no worker asks. */
export async function pendingStates(
  client: Client,
  runId: string,
): Promise<{ readonly states: readonly PendingOf[]; readonly idleQueues: ReadonlySet<string> }> {
  const nowMs = Date.now();
  const states: PendingOf[] = [];
  for (const { workflowId, pending } of await pendingActivities(client, runId))
    states.push({ workflowId, state: await pendingStateOf(client, pending, nowMs) });
  const waitedFor = new Set(states.filter(({ state }) => state.state === 'waiting').map(({ state }) => state.queue));
  const idleQueues = new Set<string>();
  for (const queue of waitedFor)
    if (queue !== '' && (await workersOf(client, queue)).length === 0) idleQueues.add(queue);
  return { states, idleQueues };
}

/** `PendingActivityState` of the server's API. */
const RUNNING = 2;
const CANCEL_REQUESTED = 3;

export async function pendingStateOf(client: Client, pending: PendingActivity, nowMs: number): Promise<PendingState> {
  const failure = await lastFailureOf(client, pending);
  const heartbeat = await recordIn(client, pending.heartbeatDetails?.payloads?.[0]);
  const checkpoint = failure.details.checkpoint as Checkpoint | null | undefined;
  return {
    activityId: pending.activityId ?? '',
    state: stateOf(pending),
    attempt: pending.attempt ?? 1,
    queue: pending.activityOptions?.taskQueue?.name ?? '',
    worker: text(pending.lastWorkerIdentity),
    nextInMs: nextInMs(pending, nowMs),
    code: failure.code,
    message: failure.message,
    log: text(failure.details.log),
    rung: text(heartbeat.rung) ?? text(failure.details.rung),
    checkpoint:
      text(heartbeat.checkpoint) ??
      (checkpoint == null ? null : `step ${String(checkpoint.step)}, epoch ${String(checkpoint.epoch)}`),
  };
}

interface Checkpoint {
  readonly step: number;
  readonly epoch: number;
}

function stateOf({ paused, state }: PendingActivity): PendingState['state'] {
  if (paused === true) return 'paused';
  if (Number(state) === CANCEL_REQUESTED) return 'stopping';
  return Number(state) === RUNNING ? 'running' : 'waiting';
}

function nextInMs({ nextAttemptScheduleTime }: PendingActivity, nowMs: number): number | null {
  if (nextAttemptScheduleTime == null) return null;
  const atMs = Number(nextAttemptScheduleTime.seconds ?? 0) * 1_000 + (nextAttemptScheduleTime.nanos ?? 0) / 1e6;
  return Math.max(0, atMs - nowMs);
}

async function lastFailureOf(
  client: Client,
  { lastFailure }: PendingActivity,
): Promise<{
  readonly code: string | null;
  readonly message: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}> {
  if (lastFailure == null) return { code: null, message: null, details: {} };
  if (lastFailure.timeoutFailureInfo != null)
    return { code: 'WorkerLost', message: 'its worker gave no more signs of life', details: {} };
  const { applicationFailureInfo } = lastFailure;
  return {
    code: applicationFailureInfo?.type ?? 'Unexpected',
    message: (await readable(client, lastFailure)).message ?? '',
    details: await recordIn(client, applicationFailureInfo?.details?.payloads?.[0]),
  };
}

type Failure = NonNullable<PendingActivity['lastFailure']>;

/** Without the key its code still tells something. */
async function readable(client: Client, failure: Failure): Promise<Failure> {
  return rawFailure(client, failure).catch(() => failure);
}

type RawPayload = Parameters<typeof rawValue>[1];

/** The fields of a raw payload; none where there is no payload, or no key to read it with. */
async function recordIn(client: Client, payload: RawPayload): Promise<Readonly<Record<string, unknown>>> {
  const value = await rawValue<unknown>(client, payload).catch(() => null);
  return isPlainObject(value) ? value : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
