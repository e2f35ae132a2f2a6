import type { Client } from '@temporalio/client';
import type { CommandContext } from '../command-context';
import { enterRunChange } from '../operate/enter-audit';
import type { ReasonFlags } from '../operate/reason';
import type { Target } from '../operate/target';
import { pendingStateOf } from '../pending-activities';
import { tryActivityNow, unpauseActivity, workersOf } from '../runtime/activities';

/** Tries a waiting activity now instead of after its back-off. A running one is left alone: it would lose its progress. */
export async function retryActivity(
  context: CommandContext,
  client: Client,
  target: Target & { readonly kind: 'activity' },
  flags: ReasonFlags,
): Promise<void> {
  const { state, activityId, attempt, worker, queue } = await pendingStateOf(client, target.pending, Date.now());
  const activity = { workflowId: target.workflowId, activityId };
  switch (state) {
    case 'running':
    case 'stopping':
      context.say(
        `${activityId} is ${state} now (attempt ${String(attempt)} on ${worker ?? 'some worker'}): nothing to retry`,
      );
      return;
    case 'paused':
      await unpauseActivity(client, activity);
      context.say(`${activityId} was paused; it goes on now`);
      break;
    case 'waiting':
      if ((await workersOf(client, queue)).length === 0)
        context.say(
          `warning: no worker asks ${queue}, so it goes on waiting; start one, or ./candlewick move ${target.workflowId} ${activityId} --queue cpu`,
        );
      await tryActivityNow(client, activity);
      context.say(`${activityId} is tried now; its attempts are counted from 1 again`);
      break;
    default:
      state satisfies never;
  }
  await enterRunChange(context, { command: 'retry', subject: `${target.workflowId}/${activityId}` }, flags);
}
