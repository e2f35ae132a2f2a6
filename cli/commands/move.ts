import type { Client } from '@temporalio/client';
import { QUEUES } from '../../shared/names/queues';
import type { CommandContext } from '../command-context';
import { enterRunChange } from '../operate/enter-audit';
import type { ReasonFlags } from '../operate/reason';
import { readReason } from '../operate/reason';
import type { Target } from '../operate/target';
import { findTarget } from '../operate/target';
import type { PendingOf } from '../pending-activities';
import { pendingStateOf, pendingStates } from '../pending-activities';
import { moveActivity, workersOf } from '../runtime/activities';
import { EXIT, UsageError } from '../usage-error';
import { withClient } from '../runtime/client';

/**
 * `candlewick move <run> [symbol] [activity] --queue cpu|gpu`: sends an activity to another queue. Without an activity those
 * that wait in a queue which no worker asks.
 */
export async function moveCommand(
  context: CommandContext,
  words: readonly string[],
  flags: ReasonFlags & { readonly queue: 'cpu' | 'gpu' },
): Promise<number> {
  const queue = QUEUES[flags.queue];
  readReason(flags);
  return withClient(context, async (client) => {
    const target = await findTarget(client, words);
    const chosen =
      target.kind === 'activity' ? [await named(client, target, queue)] : await stuck(client, target, queue);
    if (chosen.length === 0) {
      context.say(
        `${target.workflowId}: nothing waits in a queue without workers; name the activity that is to be moved`,
      );
      return EXIT.done;
    }
    if ((await workersOf(client, queue)).length === 0)
      context.say(`warning: no worker asks ${queue} either; start one with ./candlewick worker --role ${flags.queue}`);
    for (const { workflowId, state } of chosen) {
      const { activityId } = state;
      await moveActivity(client, { workflowId, activityId }, queue);
      const when = state.state === 'running' ? 'with its next attempt (it is running now)' : 'now';
      context.say(`${workflowId} ${activityId} goes from ${state.queue} to ${queue} ${when}`);
      const details = { from: state.queue, to: queue };
      await enterRunChange(context, { command: 'move', subject: `${workflowId}/${activityId}`, details }, flags);
    }
    return EXIT.done;
  });
}

async function named(
  client: Client,
  target: Target & { readonly kind: 'activity' },
  queue: string,
): Promise<PendingOf> {
  const state = await pendingStateOf(client, target.pending, Date.now());
  const { activityId } = state;
  if (!isComputed(state.queue))
    throw new UsageError(
      `${activityId} is light work of ${state.queue}, which computing workers do not know; it cannot be moved`,
    );
  if (state.queue === queue) throw new UsageError(`${activityId} is in ${queue} already`);
  return { workflowId: target.workflowId, state };
}

async function stuck(client: Client, target: Target, queue: string): Promise<readonly PendingOf[]> {
  const { states, idleQueues } = await pendingStates(client, target.runId);
  return states.filter(
    ({ workflowId, state }) =>
      (target.kind !== 'symbol' || workflowId === target.workflowId) &&
      state.state === 'waiting' &&
      isComputed(state.queue) &&
      state.queue !== queue &&
      idleQueues.has(state.queue),
  );
}

function isComputed(queue: string): boolean {
  return queue === QUEUES.cpu || queue === QUEUES.gpu;
}
