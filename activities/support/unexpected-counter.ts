/**
 * How often something unexpected happened to one activity in this process. Temporal's attempts are no measure: an outage of
 * the store or a deploy consumes them too.
 */
export interface UnexpectedCounter {
  /** Counts one more for an activity and returns how many that makes. */
  count(activity: { readonly runId: string; readonly activityId: string }): number;
}

const MAX_KEPT = 10_000;

export function createUnexpectedCounter(): UnexpectedCounter {
  const counts = new Map<string, number>();
  return {
    count: ({ runId, activityId }) => {
      const key = `${runId}/${activityId}`;
      const count = (counts.get(key) ?? 0) + 1;
      if (counts.size >= MAX_KEPT) counts.clear();
      counts.set(key, count);
      return count;
    },
  };
}
