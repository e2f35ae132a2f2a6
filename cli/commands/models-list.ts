import type { Assignment, ModelVersion } from '../../shared/contracts/registry';
import type { Registry } from '../../shared/store/registry';
import type { CommandContext } from '../command-context';
import { withRegistry } from '../registry-session';
import { EXIT } from '../usage-error';
import { printJson } from '../views/print-json';
import { textTable } from '../views/text-table';

interface ListedModel {
  readonly model: string;
  readonly aliases: Pick<Assignment, 'champion' | 'challenger' | 'previous'>;
  readonly versions: number;
  readonly champion: ModelVersion | null;
}

const HEADER = ['model', 'champion', 'challenger', 'previous', 'versions', 'family', 'as of', 'log loss', 'ECE'];

/** `candlewick models list`: every model with its aliases; entries that cannot be read are named. */
export function modelsListCommand(context: CommandContext, { json }: { readonly json?: boolean }): Promise<number> {
  return withRegistry(context, async ({ registry }) => {
    const { models, damaged } = await registry.models();
    const listed: ListedModel[] = [];
    const unreadable: string[] = [...damaged];
    for (const model of models) {
      const found = await registry.versions(model);
      unreadable.push(...found.damaged);
      listed.push(await listedModel(registry, model, found.versions));
    }
    for (const key of unreadable) context.say(`${key} is damaged or of another version of Candlewick`);
    if (json === true) printJson(context, { models: listed, damaged: unreadable });
    else if (listed.length === 0) context.print('no models yet; ./candlewick schedule apply makes a daily retrain');
    else context.print(textTable(HEADER, listed.map(rowOf)));
    return unreadable.length === 0 ? EXIT.done : EXIT.failed;
  });
}

async function listedModel(registry: Registry, model: string, versions: readonly ModelVersion[]): Promise<ListedModel> {
  const current = await registry.current(model);
  const { champion = null, challenger = null, previous = null } = current ?? {};
  return {
    model,
    aliases: { champion, challenger, previous },
    versions: versions.length,
    champion: versions.find(({ version }) => version === champion) ?? null,
  };
}

function rowOf({ model, aliases, versions, champion }: ListedModel): readonly string[] {
  const number = (value: number | null): string => (value === null ? '-' : String(value));
  const metric = (name: string): string => champion?.metrics[name]?.value?.toFixed(4) ?? '-';
  return [
    model,
    number(aliases.champion),
    number(aliases.challenger),
    number(aliases.previous),
    String(versions),
    champion?.family ?? '-',
    champion?.asOf.slice(0, 10) ?? '-',
    metric('logLoss'),
    metric('ece'),
  ];
}
