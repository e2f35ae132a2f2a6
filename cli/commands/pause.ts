import type { Client } from '@temporalio/client';
import { PAUSE_UPDATE, UNPAUSE_UPDATE } from '../../shared/names/messages';
import type { CommandContext } from '../command-context';
import { enterRunChange } from '../operate/enter-audit';
import type { ReasonFlags } from '../operate/reason';
import { readReason } from '../operate/reason';
import { executionsOf, recordedRunId } from '../operate/executions';
import type { Target } from '../operate/target';
import { findTarget } from '../operate/target';
import { pauseActivity, unpauseActivity } from '../runtime/activities';
import { withClient } from '../runtime/client';
import { updateRun } from '../runtime/workflows';
import { EXIT, UsageError } from '../usage-error';

/**
 * `candlewick pause|unpause <run> [symbol] [activity]`: a run or a symbol begins no further step, and needs a worker that is
 * up, for it answers itself; a single activity is stopped by the server.
 */
export async function pauseCommand(
  context: CommandContext,
  words: readonly string[],
  paused: boolean,
  flags: ReasonFlags,
): Promise<number> {
  readReason(flags);
  return withClient(context, async (client) => {
    const target = await findTarget(client, words);
    if (target.kind === 'activity') {
      const activityId = target.pending.activityId ?? '';
      const activity = { workflowId: target.workflowId, activityId };
      if (paused === (target.pending.paused ?? false))
        throw new UsageError(`${target.workflowId} ${activityId} is ${paused ? 'paused already' : 'not paused'}`);
      if (paused) await pauseActivity(client, activity, flags.why ?? 'paused by an operator');
      else await unpauseActivity(client, activity);
      context.say(
        paused
          ? `${activityId} is paused; it stops with its next sign of life, and the rest of the symbol goes on`
          : `${activityId} goes on, from its checkpoint if it has one`,
      );
    } else {
      const workflowId = await pausable(client, target);
      if (workflowId === null)
        throw new UsageError(`${target.workflowId} is closed: there is nothing to ${paused ? 'pause' : 'go on with'}`);
      context.say(await updateRun(client, workflowId, paused ? PAUSE_UPDATE : UNPAUSE_UPDATE));
    }
    await enterRunChange(context, { command: paused ? 'pause' : 'unpause', subject: subjectOf(target) }, flags);
    return EXIT.done;
  });
}

/** What a pause is asked of; null where that is closed. A retrain is paused in its run, a question about a model never. */
async function pausable(client: Client, target: Target & { readonly kind: 'run' | 'symbol' }): Promise<string | null> {
  const { workflowId, isOpen, runId } = target;
  if (target.kind === 'symbol' || target.runKind === 'trainUniverse') return isOpen ? workflowId : null;
  if (target.runKind === 'promoteModel')
    throw new UsageError(`${runId} waits for an answer anyway and cannot be paused; approve, reject or cancel it`);
  const run = (await executionsOf(client, recordedRunId(runId, target.runKind))).executions[0];
  if (run?.isOpen === true) return run.workflowId;
  if (isOpen) throw new UsageError(`the run of ${runId} is not open now, and a retrain is paused in its run alone`);
  return null;
}

/** What was changed, as it is named on the command line. */
function subjectOf(target: Target): string {
  return target.kind === 'activity' ? `${target.workflowId}/${target.pending.activityId ?? ''}` : target.workflowId;
}
