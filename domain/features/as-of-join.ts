import type { BarColumns } from '../core/bars';
import { at } from './numeric';

/** The columns of a bar with its close instant. */
const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/** Lays the bars of another symbol beside those of a series, each as of the instant at which a bar of the series closes. */
export interface AsOfJoin {
  /** Takes in the next bars of the other symbol, ascending in time. */
  feed(bars: BarColumns): void;
  /**
   * For each instant the last bar of the other symbol that closed at or before it; a row of NaN where there is none, or
   * where it closed more than the greatest age earlier. Instants ascend over all calls, and every bar of the other symbol
   * that closes by the last of them must have been fed: how bars and instants are cut into chunks then changes no byte.
   */
  join(time: Float64Array): BarColumns;
}

/** @param maxAgeMs the greatest age of a joined bar, in milliseconds: a price that nobody trades at any more is not one */
export function createAsOfJoin(maxAgeMs: number): AsOfJoin {
  const pending: BarColumns[] = [];
  let cursor = 0;
  let last: Readonly<Record<(typeof COLUMNS)[number], number>> | null = null;

  const advance = (instant: number): void => {
    for (let head = pending[0]; head !== undefined; head = pending[0]) {
      let next = cursor;
      while (next < head.time.length && at(head.time, next) <= instant) next += 1;
      if (next > cursor) last = barAt(head, next - 1);
      cursor = next;
      if (cursor < head.time.length) return;
      pending.shift();
      cursor = 0;
    }
  };

  return {
    feed: (bars) => {
      if (bars.time.length > 0) pending.push(bars);
    },
    join: (time) => {
      const column = (): Float64Array => new Float64Array(time.length).fill(NaN);
      const joined = {
        time: column(),
        open: column(),
        high: column(),
        low: column(),
        close: column(),
        volume: column(),
      };
      for (const [row, instant] of time.entries()) {
        advance(instant);
        if (last === null || instant - last.time > maxAgeMs) continue;
        for (const name of COLUMNS) joined[name][row] = last[name];
      }
      return joined;
    },
  };
}

function barAt(bars: BarColumns, row: number): Record<(typeof COLUMNS)[number], number> {
  return {
    time: at(bars.time, row),
    open: at(bars.open, row),
    high: at(bars.high, row),
    low: at(bars.low, row),
    close: at(bars.close, row),
    volume: at(bars.volume, row),
  };
}
