import type { CommandContext } from '../command-context';
import type { GivenReason } from '../operate/reason';
import { readReason } from '../operate/reason';
import { recordScheduleChange, withSchedule } from '../schedule/schedule-session';
import { actualFacts } from '../schedule/schedule-facts';
import { EXIT } from '../usage-error';

/** `candlewick schedule delete <id> --why`: what it started goes on, and what it made stays. */
export async function scheduleDeleteCommand(context: CommandContext, id: string, reason: GivenReason): Promise<number> {
  readReason(reason);
  return withSchedule(context, id, async (schedule) => {
    // The audit log keeps what it was: it could be made again from there.
    const facts = actualFacts(await schedule.describe());
    await schedule.delete();
    await recordScheduleChange(context, id, reason, { did: 'deleted', details: { schedule: facts } });
    context.say(`schedule ${id} deleted; its runs and models stay`);
    return EXIT.done;
  });
}
