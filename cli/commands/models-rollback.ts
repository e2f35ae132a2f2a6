import { randomUUID } from 'node:crypto';
import { changeAliases } from '../../shared/store/change-aliases';
import { writeModelCard } from '../../shared/store/write-card';
import type { CommandContext } from '../command-context';
import { whoAndWhy, withRegistry } from '../registry-session';
import { EXIT, UsageError } from '../usage-error';
import { describe } from './models-promote';

/** `candlewick models rollback <model> --why`: the previous champion is the champion again. */
export function modelsRollbackCommand(
  context: CommandContext,
  model: string,
  flags: { readonly why: string; readonly who?: string },
): Promise<number> {
  return withRegistry(context, async (session) => {
    const { who, why } = whoAndWhy(flags);
    const { store, registry } = session;
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
    for (const number of [previous, current.champion])
      if (number !== null) await writeModelCard({ ...store, registry }, model, number);
    context.print(describe(assignment));
    return EXIT.done;
  });
}
