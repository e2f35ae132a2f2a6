import { correlation, type UnitColumns } from './correlation';

/**
 * Groups columns that say nearly the same: two columns with |r| above `maxCorrelation` are linked, and a cluster is what
 * hangs together by links (the connected components of the graph; single linkage cut at that height). Each cluster is
 * ascending, the clusters in the order of their first columns; a column without a link is a cluster of its own.
 */
export function correlationClusters(
  unit: UnitColumns,
  columns: readonly number[],
  maxCorrelation: number,
): readonly (readonly number[])[] {
  const leaders = new Map(columns.map((column) => [column, column]));
  const leaderOf = (column: number): number => {
    const above = leaders.get(column) ?? column;
    return above === column ? column : leaderOf(above);
  };
  for (const [i, a] of columns.entries()) {
    for (const b of columns.slice(i + 1)) {
      if (Math.abs(correlation(unit, a, b)) > maxCorrelation) {
        const [first, second] = [leaderOf(a), leaderOf(b)];
        leaders.set(Math.max(first, second), Math.min(first, second));
      }
    }
  }
  const clusters = new Map<number, number[]>();
  for (const column of [...columns].sort((a, b) => a - b)) {
    const leader = leaderOf(column);
    clusters.set(leader, [...(clusters.get(leader) ?? []), column]);
  }
  return [...clusters.values()];
}
