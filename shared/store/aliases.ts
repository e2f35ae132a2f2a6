import type { Assignment, AssignmentAction, ModelAlias } from '../contracts/registry';

/** Which version each alias stands for. */
export type Aliases = Readonly<Record<ModelAlias, number | null>>;

const NONE: Aliases = { champion: null, challenger: null, previous: null };

/**
 * The aliases after an action on `version`. A new champion leaves the old one behind as `previous`; what was refused,
 * rejected or left stays the challenger until the next one is registered, so that a person can still look at it.
 * `history` is the model's assignments, the newest first: a rollback takes from it what stood before the version that
 * comes back, so that one rollback after another goes further back and never to and fro.
 */
export function aliasesAfter(history: readonly Assignment[], action: AssignmentAction, version: number): Aliases {
  const now: Aliases = aliasesOf(history[0]);
  switch (action) {
    case 'register':
      return { ...now, challenger: version };
    case 'first':
    case 'promote':
    case 'approve':
      return {
        champion: version,
        challenger: now.challenger === version ? null : now.challenger,
        previous: now.champion,
      };
    case 'refuse':
    case 'reject':
    case 'expire':
      return now;
    case 'rollback': {
      const before = history.find(({ champion }) => champion === version)?.previous ?? null;
      return { ...now, champion: version, previous: before };
    }
    default:
      return action satisfies never;
  }
}

export function aliasesOf(assignment: Assignment | undefined): Aliases {
  if (assignment === undefined) return NONE;
  const { champion, challenger, previous } = assignment;
  return { champion, challenger, previous };
}
