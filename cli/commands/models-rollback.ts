import { randomUUID } from 'node:crypto';
import { changeAliases } from '../../shared/store/change-aliases';
import { printAliases, writeCards } from '../after-assignment';
import type { CommandContext } from '../command-context';
import type { GivenReason } from '../operate/reason';
import { readReason } from '../operate/reason';
import { withRegistry } from '../registry-session';
import { EXIT, UsageError } from '../usage-error';

/** `candlewick models rollback <model> --why`: the previous champion is the champion again. */
export function modelsRollbackCommand(context: CommandContext, model: string, flags: GivenReason): Promise<number> {
  return withRegistry(context, async (session) => {
    const { who, why } = readReason(flags);
    const { registry } = session;
    const current = await registry.current(model);
    if (current === null) await registry.resolve(model);
    const previous = current?.previous ?? null;
    if (current === null || previous === null)
      throw new UsageError(`${model} has no previous champion to roll back to; ./candlewick models show ${model}`);
    const assignment = await changeAliases(session, {
      model,
      version: previous,
      champion: current.champion,
      action: 'rollback',
      who,
      why,
      verdict: null,
      requestId: randomUUID(),
      at: new Date().toISOString(),
      details: { by: 'models rollback', from: current.champion },
    });
    await writeCards(session, model, [previous, current.champion]);
    printAliases(context, assignment);
    return EXIT.done;
  });
}
