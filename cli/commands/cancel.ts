import type { CommandContext } from '../command-context';
import { enterRunChange } from '../operate/enter-audit';
import type { ReasonFlags } from '../operate/reason';
import { readReason } from '../operate/reason';
import { findTarget } from '../operate/target';
import { withClient } from '../runtime/client';
import { reasonOf } from '../runtime/workflows';
import { EXIT, UsageError } from '../usage-error';

/** `candlewick cancel <run> [symbol]`: asks; activities in flight stop first. A cancelled symbol fails alone. */
export async function cancelCommand(
  context: CommandContext,
  words: readonly string[],
  flags: ReasonFlags,
): Promise<number> {
  readReason(flags);
  return withClient(context, async (client) => {
    const target = await findTarget(client, words);
    const { workflowId } = target;
    if (target.kind === 'activity')
      throw new UsageError(
        `a single activity cannot be cancelled, its symbol would wait for it; pause it, or cancel ${workflowId}`,
      );
    if (!target.isOpen) throw new UsageError(`${workflowId} cannot be cancelled: it is closed already`);
    await client.workflow
      .getHandle(workflowId)
      .cancel()
      .catch((error: unknown) => {
        throw new UsageError(`${workflowId} cannot be cancelled: ${reasonOf(error)}`);
      });
    const others = target.kind === 'symbol' ? '; the other symbols go on' : '';
    context.say(`${workflowId} is asked to stop; what was done stays in the store${others}`);
    await enterRunChange(context, { command: 'cancel', subject: workflowId }, flags);
    return EXIT.done;
  });
}
