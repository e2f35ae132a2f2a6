import type { Assignment } from '../shared/contracts/registry';
import { writeModelCard } from '../shared/store/write-card';
import type { CommandContext } from './command-context';
import type { RegistrySession } from './registry-session';

/** Writes the cards of the versions whose aliases changed anew; null is a version that there is not. */
export async function writeCards(
  { store, registry }: RegistrySession,
  model: string,
  versions: readonly (number | null)[],
): Promise<void> {
  for (const version of versions) if (version !== null) await writeModelCard({ ...store, registry }, model, version);
}

/** Tells the aliases as they are now, in a line. */
export function printAliases(context: CommandContext, { model, champion, challenger, previous }: Assignment): void {
  const name = (number: number | null): string => (number === null ? 'none' : String(number));
  context.print(`${model}: champion ${name(champion)}, challenger ${name(challenger)}, previous ${name(previous)}`);
}
