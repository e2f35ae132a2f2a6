import { PAUSE_UPDATE, UNPAUSE_UPDATE } from '../../shared/names/messages';
import type { CommandContext } from '../command-context';
import { withClient } from '../runtime/client';
import { updateRun } from '../runtime/workflows';
import { EXIT } from '../usage-error';

/** `candlewick pause|unpause <run>`: needs a worker that is up, for the run itself answers. */
export async function pauseCommand(context: CommandContext, runId: string, paused: boolean): Promise<number> {
  return withClient(context, async (client) => {
    context.say(await updateRun(client, runId, paused ? PAUSE_UPDATE : UNPAUSE_UPDATE));
    return EXIT.done;
  });
}
