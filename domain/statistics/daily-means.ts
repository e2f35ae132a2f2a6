import { DAY_MS } from '../core/durations';

/** A series by UTC dates. */
export interface DailyMeans {
  /** Of the first value of each date, epoch milliseconds, ascending. */
  readonly time: Float64Array;
  readonly mean: Float64Array;
}

/** Takes a series in time order, in pieces of any length. */
export interface DailyMeansBuilder {
  /** `time` is as long as `values`. Values that are not finite are left out. */
  push(time: Float64Array, values: Float64Array): void;
  end(): DailyMeans;
}

/** The mean of each UTC date that has a value. */
export function createDailyMeans(): DailyMeansBuilder {
  const starts: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  let day = NaN;
  return {
    push: (time, values) => {
      for (const [i, value] of values.entries()) {
        const instant = time[i] ?? NaN;
        if (!Number.isFinite(value)) continue;
        if (Math.floor(instant / DAY_MS) === day) {
          const last = sums.length - 1;
          sums[last] = (sums[last] ?? 0) + value;
          counts[last] = (counts[last] ?? 0) + 1;
        } else {
          starts.push(instant);
          sums.push(value);
          counts.push(1);
          day = Math.floor(instant / DAY_MS);
        }
      }
    },
    end: () => ({
      time: Float64Array.from(starts),
      mean: Float64Array.from(sums, (sum, d) => sum / (counts[d] ?? NaN)),
    }),
  };
}
