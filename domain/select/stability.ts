/** How much the same features are kept, whichever rows they are chosen on. */
export interface Stability {
  /** Mean over all pairs of sets of |A ∩ B| / |A ∪ B| (Jaccard), 1 where all agree; null with fewer than two sets. */
  readonly meanJaccard: number | null;
  /** In which share of the sets each feature is, for every feature that is in any, by name. */
  readonly keptShare: Readonly<Record<string, number>>;
}

export function stabilityOf(sets: readonly (readonly string[])[]): Stability {
  const jaccards = sets.flatMap((set, i) => sets.slice(i + 1).map((other) => jaccard(set, other)));
  const names = [...new Set(sets.flat())].sort();
  return {
    meanJaccard: jaccards.length === 0 ? null : jaccards.reduce((sum, value) => sum + value, 0) / jaccards.length,
    keptShare: Object.fromEntries(
      names.map((name) => [name, sets.filter((set) => set.includes(name)).length / sets.length]),
    ),
  };
}

function jaccard(a: readonly string[], b: readonly string[]): number {
  const union = new Set([...a, ...b]).size;
  return union === 0 ? 1 : a.filter((name) => b.includes(name)).length / union;
}
