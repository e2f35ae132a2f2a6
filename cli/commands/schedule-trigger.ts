import { setTimeout as sleep } from 'node:timers/promises';
import type { ScheduleHandle } from '@temporalio/client';
import type { Overlap } from '../../shared/contracts/schedule';
import type { CommandContext } from '../command-context';
import type { ReasonFlags } from '../operate/reason';
import { readReason } from '../operate/reason';
import { recordScheduleChange, sayIfNoWorker, withSchedule } from '../schedule/schedule-session';
import { OVERLAP_POLICIES } from '../schedule/schedule-options';
import { EXIT } from '../usage-error';

const LOOK_FOR_MS = 5_000;
const POLL_MS = 100;

/** `candlewick schedule trigger <id>`: one retrain as of now, at once. */
export async function scheduleTriggerCommand(
  context: CommandContext,
  id: string,
  flags: ReasonFlags & { readonly overlap?: Overlap },
): Promise<number> {
  readReason(flags);
  return withSchedule(context, id, async (schedule, client) => {
    const { info, policies } = await schedule.describe();
    // Left out, the SDK sends ALLOW_ALL: a retrain beside another one, whose failure would not pause the schedule.
    await schedule.trigger(flags.overlap === undefined ? policies.overlap : OVERLAP_POLICIES[flags.overlap]);
    const started = await startedSince(schedule, info.numActionsTaken);
    await recordScheduleChange(context, id, flags, { did: 'triggered', details: { started } });
    if (started === null) context.say(`schedule ${id} triggered; nothing has begun yet: another retrain may be open`);
    else context.print(started);
    await sayIfNoWorker(context, client);
    return EXIT.done;
  });
}

/** The workflow that a trigger started; null where it waits or was skipped. */
async function startedSince(schedule: ScheduleHandle, takenBefore: number): Promise<string | null> {
  const deadlineMs = Date.now() + LOOK_FOR_MS;
  while (Date.now() < deadlineMs) {
    const { info } = await schedule.describe();
    if (info.numActionsTaken > takenBefore) return info.recentActions.at(-1)?.action.workflow.workflowId ?? null;
    await sleep(POLL_MS);
  }
  return null;
}
