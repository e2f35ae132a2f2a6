/**
 * The commonest positive distance between neighbouring instants (epoch milliseconds, any order, NaN left out); the
 * smaller of two that are equally common. null where there are no two different instants.
 */
export function commonestDistance(instants: Float64Array): number | null {
  const sorted = instants.filter((instant) => Number.isFinite(instant)).sort();
  const counts = new Map<number, number>();
  for (let i = 1; i < sorted.length; i += 1) {
    const distance = (sorted[i] ?? NaN) - (sorted[i - 1] ?? NaN);
    if (distance > 0) counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  let best: number | null = null;
  let bestCount = 0;
  for (const [distance, count] of counts) {
    if (count < bestCount || (count === bestCount && best !== null && distance > best)) continue;
    best = distance;
    bestCount = count;
  }
  return best;
}

/** A duration as people say it: '60 min', or seconds where it is no whole number of minutes. */
export function describeTimeframe(timeframeMs: number): string {
  return timeframeMs % 60_000 === 0 ? `${timeframeMs / 60_000} min` : `${timeframeMs / 1000} s`;
}
