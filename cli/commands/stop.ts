import type { CommandContext } from '../command-context';
import { stopServer } from '../runtime/temporal-server';
import { EXIT } from '../usage-error';

/** `candlewick stop`: ends the server of the state folder. Its database stays. */
export async function stopCommand(context: CommandContext): Promise<number> {
  const stopped = await stopServer(context.settings.home);
  context.say(stopped ? 'the Temporal server is stopped; its database stays' : 'no Temporal server was running');
  return EXIT.done;
}
