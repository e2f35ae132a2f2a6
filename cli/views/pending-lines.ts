import { errorEntry } from '../../shared/names/errors';
import type { PendingOf } from '../pending-activities';

/** What keeps a pending activity from its end, with the command that helps; null for one that is simply under way. */
export function pendingLine({ workflowId, state }: PendingOf, idleQueues: ReadonlySet<string>): string | null {
  const { activityId, attempt, code, message, worker, rung, checkpoint, log, nextInMs } = state;
  const name = `${workflowId} ${activityId}`;
  const isStuck = state.state === 'waiting' && idleQueues.has(state.queue);
  const isPaused = state.state === 'paused';
  if (code === null && !isStuck && !isPaused) return null;
  const rows = [
    code === null || isPaused ? null : message,
    isStuck ? `no worker polls ${state.queue}: it waits until one comes` : null,
    nextInMs !== null && nextInMs > 0
      ? `tried again in ${String(Math.ceil(nextInMs / 1000))} s; now: ./candlewick retry ${name}`
      : null,
    rung === null ? null : `rung ${rung}`,
    checkpoint === null ? null : `last checkpoint: ${checkpoint}`,
    worker === null ? null : `${state.state === 'running' ? 'runs' : 'last ran'} on ${worker}`,
    log === null ? null : `log: ${log}`,
    ...remedies(state.queue, name, { isStuck, isPaused, code }),
  ].filter((row) => row !== null);
  return [
    `${workflowId}  ${activityId}  attempt ${String(attempt)}  ${headOf(state, isStuck)}`,
    ...rows.map((row) => `  ${row}`),
  ].join('\n');
}

/** `no worker polls candlewick-gpu: 3 activities wait`: a line for each queue, with what to do. */
export function idleQueueLines(
  states: readonly PendingOf[],
  idleQueues: ReadonlySet<string>,
  runId: string,
): readonly string[] {
  return [...idleQueues].map((queue) => {
    const count = states.filter(({ state }) => state.state === 'waiting' && state.queue === queue).length;
    const waits = count === 1 ? 'an activity waits' : `${String(count)} activities wait`;
    return `no worker polls ${queue}: ${waits}. ${startOrMove(queue, runId)}`;
  });
}

function headOf({ state, code }: PendingOf['state'], isStuck: boolean): string {
  if (isStuck) return 'waits without a worker';
  if (state === 'paused') return 'paused';
  return code ?? state;
}

function remedies(
  queue: string,
  name: string,
  { isStuck, isPaused, code }: { readonly isStuck: boolean; readonly isPaused: boolean; readonly code: string | null },
): readonly string[] {
  if (isPaused) return [`what to do: ./candlewick unpause ${name}`];
  if (isStuck) return [`what to do: ${startOrMove(queue, name)}`];
  return code === null ? [] : [`what to do: ${errorEntry(code).remedy} (docs/runbook.md#${code.toLowerCase()})`];
}

function startOrMove(queue: string, name: string): string {
  const role = queue.replace('candlewick-', '');
  const start = `./candlewick worker --role ${role}`;
  return role === 'gpu' ? `Start one (${start}), or ./candlewick move ${name} --queue cpu` : `Start one: ${start}`;
}
