import type { CommandContext } from '../command-context';
import { withClient } from '../runtime/client';
import { reasonOf } from '../runtime/workflows';
import { EXIT, UsageError } from '../usage-error';

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
