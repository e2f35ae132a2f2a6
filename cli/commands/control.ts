import type { Client } from '@temporalio/client';
import { PAUSE_UPDATE, UNPAUSE_UPDATE } from '../../shared/names/messages';
import type { CommandContext } from '../command-context';
import { connectClient } from '../runtime/client';
import { runningServer } from '../runtime/temporal-server';
import { EXIT, UsageError } from '../usage-error';

/** A client on the server that is already there; these commands start nothing. */
export async function withClient<T>(context: CommandContext, work: (client: Client) => Promise<T>): Promise<T> {
  const { settings } = context;
  const address = settings.temporalAddress ?? (await runningServer(settings.home))?.address;
  if (address === undefined) {
    throw new UsageError(
      `no Temporal server runs for the state folder ${settings.home}; start one with ./candlewick dev, or go on with ./candlewick resume`,
    );
  }
  const client = await connectClient(settings, address);
  try {
    return await work(client);
  } finally {
    await client.connection.close();
  }
}

/** `candlewick pause|unpause <run>`: needs a worker that is up, for the run itself answers. */
export async function pauseCommand(context: CommandContext, runId: string, paused: boolean): Promise<number> {
  return withClient(context, async (client) => {
    const answer = await client.workflow
      .getHandle(runId)
      .executeUpdate<string, []>(paused ? PAUSE_UPDATE : UNPAUSE_UPDATE)
      .catch((error: unknown) => {
        throw new UsageError(`${runId} did not take it: ${reasonOf(error)}`);
      });
    context.say(answer);
    return EXIT.done;
  });
}

/** `candlewick cancel <run>`: asks; activities in flight stop first. */
export async function cancelCommand(context: CommandContext, runId: string): Promise<number> {
  return withClient(context, async (client) => {
    await client.workflow
      .getHandle(runId)
      .cancel()
      .catch((error: unknown) => {
        throw new UsageError(`${runId} cannot be cancelled: ${reasonOf(error)}`);
      });
    context.say(`${runId} is asked to stop; what was done stays in the store`);
    return EXIT.done;
  });
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
