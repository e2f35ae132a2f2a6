import type { CommandContext } from '../command-context';
import { openSession } from '../run-session';
import { EXIT } from '../usage-error';

/** `candlewick dev`: server and worker, for runs started in the UI or by others, until Ctrl-C. */
export async function devCommand(context: CommandContext): Promise<number> {
  const session = await openSession(context);
  try {
    context.say(
      'ready: start runs in the UI or with ./candlewick run. Ctrl-C ends the worker; the server goes on until ./candlewick stop.',
    );
    await Promise.race([session.stop.whenRequested, session.worker.exited]);
    return EXIT.done;
  } finally {
    await session.close();
  }
}
