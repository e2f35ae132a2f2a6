/** Requests under way at once, of whatever walks the whole store: enough to hide the way to it, and no flood. */
const STORE_REQUESTS_AT_ONCE = 16;

/** The results in the order of the items, with at most so many calls under way. The first failure ends it. */
export async function mapBounded<T, R>(
  items: readonly T[],
  work: (item: T, at: number) => Promise<R>,
  atOnce: number = STORE_REQUESTS_AT_ONCE,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const at = next;
      next += 1;
      results[at] = await work(items[at] as T, at);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return results;
}
