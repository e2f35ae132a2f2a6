import type { CommandContext } from '../command-context';
import type { GivenReason } from '../operate/reason';
import { readReason } from '../operate/reason';
import { recordScheduleChange, withSchedule } from '../schedule/schedule-session';
import { EXIT } from '../usage-error';

/** `candlewick schedule pause|unpause <id> --why`: a paused schedule starts nothing; what runs goes on. */
export async function schedulePauseCommand(
  context: CommandContext,
  id: string,
  paused: boolean,
  reason: GivenReason,
): Promise<number> {
  readReason(reason);
  return withSchedule(context, id, async (schedule) => {
    const { state } = await schedule.describe();
    const word = paused ? 'paused' : 'not paused';
    if (state.paused === paused) {
      context.say(`schedule ${id} is ${word} already${paused ? `: ${state.note ?? ''}` : ''}`);
      return EXIT.done;
    }
    await (paused ? schedule.pause(reason.why) : schedule.unpause(reason.why));
    const did = paused ? 'paused' : 'unpaused';
    await recordScheduleChange(context, id, reason, { did, details: {} });
    context.say(`schedule ${id} ${did}`);
    return EXIT.done;
  });
}
