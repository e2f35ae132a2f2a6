import { correlation, type UnitColumns } from './correlation';

/**
 * Groups columns that say nearly the same: hierarchical clustering of |r| under complete linkage, cut at `maxCorrelation`. The
 * two clusters whose least like members are the most alike are joined, as long as that |r| is above the cut. So every two
 * members of a cluster have a larger |r|: whatever stays stands for each that goes. (Single linkage would chain a, b and c
 * where a and c have little in common.) Of equals the clusters that stand first are joined. Each cluster is ascending, the
 * clusters in the order of their first columns; a column that is like no other is a cluster of its own.
 */
export function correlationClusters(
  unit: UnitColumns,
  columns: readonly number[],
  maxCorrelation: number,
): readonly (readonly number[])[] {
  const ascending = [...columns].sort((a, b) => a - b);
  // likeness[i][j]: |r| of the least like members of clusters i and j.
  const likeness = ascending.map((a) =>
    Float64Array.from(ascending, (b) => (a === b ? 0 : Math.abs(correlation(unit, a, b)))),
  );
  const clusters = new Map(ascending.map((column, i) => [i, [column]]));
  for (;;) {
    const pair = likest(likeness, [...clusters.keys()], maxCorrelation);
    if (pair === null) return [...clusters.values()].map((cluster) => [...cluster].sort((a, b) => a - b));
    const [stays, goes] = pair;
    clusters.set(stays, [...(clusters.get(stays) ?? []), ...(clusters.get(goes) ?? [])]);
    clusters.delete(goes);
    for (const other of clusters.keys()) {
      const least = Math.min(likeness[stays]?.[other] ?? 0, likeness[goes]?.[other] ?? 0);
      likeness[stays]?.fill(least, other, other + 1);
      likeness[other]?.fill(least, stays, stays + 1);
    }
  }
}

/** The two that are the most alike, the first of equals; null where none are above the cut. */
function likest(
  likeness: readonly Float64Array[],
  clusters: readonly number[],
  cut: number,
): readonly [number, number] | null {
  let most = cut;
  let pair: readonly [number, number] | null = null;
  for (const [place, i] of clusters.entries()) {
    for (const j of clusters.slice(place + 1)) {
      const found = likeness[i]?.[j] ?? 0;
      if (found > most) [most, pair] = [found, [i, j]];
    }
  }
  return pair;
}
