import type { BarColumns } from '../domain/core/bars';
import { createAsOfJoin } from '../domain/features/as-of-join';

/** The bars of other symbols beside those of a series, read only as far as the series has come. */
export interface AsOfFeed {
  /** For the next chunk of the series: of each other symbol its bars as of every instant, row for row. */
  joined(time: Float64Array): Promise<readonly BarColumns[]>;
  /** Of each other symbol, how many rows so far had a bar beside them. */
  readonly counts: () => readonly number[];
}

/** @param others clean bars of each symbol, ascending, in the order in which they are joined */
export function createAsOfFeed(others: readonly AsyncIterable<BarColumns>[], maxAgeMs: number): AsOfFeed {
  const feeds = others.map((bars) => ({
    chunks: bars[Symbol.asyncIterator](),
    join: createAsOfJoin(maxAgeMs),
    fedUntil: -Infinity,
    joined: 0,
  }));
  return {
    joined: async (time) => {
      const until = time.at(-1) ?? -Infinity;
      const columns: BarColumns[] = [];
      for (const feed of feeds) {
        while (feed.fedUntil < until) {
          const next = await feed.chunks.next();
          feed.fedUntil = next.done === true ? Infinity : (next.value.time.at(-1) ?? feed.fedUntil);
          if (next.done !== true) feed.join.feed(next.value);
        }
        const beside = feed.join.join(time);
        feed.joined += beside.time.reduce((count, instant) => (Number.isNaN(instant) ? count : count + 1), 0);
        columns.push(beside);
      }
      return columns;
    },
    counts: () => feeds.map(({ joined }) => joined),
  };
}
