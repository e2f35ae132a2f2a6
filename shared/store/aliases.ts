import type { Assignment, AssignmentAction, ModelAlias } from '../contracts/registry';

/** Which version each alias stands for. */
export type Aliases = Readonly<Record<ModelAlias, number | null>>;

const NONE: Aliases = { champion: null, challenger: null, previous: null };

/**
 * The aliases after an action on `version`. A new champion leaves the old one behind as `previous`; what was refused,
 * rejected or left stays the challenger until the next one is registered, so that a person can still look at it.
 * `history` is the model's assignments, the newest first, of a rollback all of them: it undoes the newest promotion that no
 * rollback has undone yet, so that one rollback after another goes further back and never to and fro.
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
      const standing = standingPromotions(history);
      const comesBack = standing.slice(0, -1).lastIndexOf(version);
      return { ...now, champion: version, previous: standing[comesBack - 1] ?? null };
    }
    default:
      return action satisfies never;
  }
}

/**
 * The champions that no rollback has taken back, the newest last. Each was promoted over the one before it; a version that
 * was promoted twice stands there twice.
 */
function standingPromotions(history: readonly Assignment[]): readonly number[] {
  return [...history].reverse().reduce<readonly number[]>((standing, { action, champion, previous }) => {
    if (champion === null || champion === standing.at(-1)) return standing;
    // Where the entries before cannot be read, the oldest that can says who was champion before it.
    const before = standing.length === 0 && previous !== null ? [previous] : standing;
    if (action !== 'rollback') return [...before, champion];
    const left = standing.slice(0, -1);
    // What came back is the last that is left; not so where an earlier release rolled back to and fro.
    return left.includes(champion) ? left.slice(0, left.lastIndexOf(champion) + 1) : [champion];
  }, []);
}

export function aliasesOf(assignment: Assignment | undefined): Aliases {
  if (assignment === undefined) return NONE;
  const { champion, challenger, previous } = assignment;
  return { champion, challenger, previous };
}
