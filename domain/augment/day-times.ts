import { DAY_MS } from '../core/durations';

/** Fewer bars of one time of day are not drawn from, and say nothing of its season. */
const MIN_BARS = 20;

/** The times of day at which bars close, and which bars close at each. */
export interface DayTimes {
  /** By bar: the number of its time of day. */
  readonly of: Int32Array;
  /** By number: the bars, ascending. Those of rare times of day are all bars. */
  readonly bars: readonly Int32Array[];
  /** By number: whether it is a time of day that enough bars close at. */
  readonly isUsual: readonly boolean[];
}

/** Groups bars by the time of day (UTC) at which they close. A time of day that fewer than 20 bars have stands for all. */
export function dayTimes(time: Float64Array): DayTimes {
  const groups = new Map<number, number[]>();
  const keys = Array.from(time, (instant) => ((instant % DAY_MS) + DAY_MS) % DAY_MS);
  for (const [i, key] of keys.entries()) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  }
  const numbers = new Map([...groups.keys()].map((key, number) => [key, number]));
  const all = Int32Array.from(time, (_, i) => i);
  const isUsual = [...groups.values()].map((group) => group.length >= MIN_BARS);
  return {
    of: Int32Array.from(keys, (key) => numbers.get(key) ?? 0),
    bars: [...groups.values()].map((group, number) => (isUsual[number] === true ? Int32Array.from(group) : all)),
    isUsual,
  };
}

/**
 * What a bar's time of day alone makes of a positive quantity, by bar: its mean at that time of day over its mean at all
 * times; 1 for rare times of day and where the quantity is never above 0.
 */
export function seasonOf(values: Float64Array, times: DayTimes): Float64Array {
  const mean = meanOf(values, null);
  const factors = times.bars.map((bars, number) => {
    if (times.isUsual[number] !== true) return 1;
    const factor = meanOf(values, bars) / mean;
    return factor > 0 && Number.isFinite(factor) ? factor : 1;
  });
  return Float64Array.from(times.of, (number) => factors[number] ?? 1);
}

function meanOf(values: Float64Array, places: Int32Array | null): number {
  if (places === null) return values.reduce((sum, value) => sum + value, 0) / values.length;
  return places.reduce((sum, place) => sum + (values[place] ?? NaN), 0) / places.length;
}
