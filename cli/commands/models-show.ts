import { writeModelCard } from '../../shared/store/write-card';
import type { CommandContext } from '../command-context';
import { withRegistry } from '../registry-session';
import { EXIT } from '../usage-error';
import { printJson } from '../views/print-json';

/** `candlewick models show <model>[@alias|@n]`: the card of a version, as the registry stands now. */
export function modelsShowCommand(
  context: CommandContext,
  reference: string,
  { json }: { readonly json?: boolean },
): Promise<number> {
  return withRegistry(context, async ({ store, registry }) => {
    const { version } = await registry.resolve(reference);
    if (json === true) {
      const history = await registry.history(version.model, Infinity);
      printJson(context, { version, assignments: history });
    } else context.print(await writeModelCard({ ...store, registry }, version.model, version.version));
    return EXIT.done;
  });
}
