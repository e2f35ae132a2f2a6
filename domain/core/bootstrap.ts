import { emptyMatrix, type Matrix } from './matrix';
import type { RandomStream } from './random';

export interface BootstrapSettings {
  /** How many resamples to draw. */
  readonly samples: number;
  /** Mean length of a block, in rows. */
  readonly meanBlockRows: number;
}

/**
 * The mean block length for a series of `rows` whose labels span `horizonBars`: twice the horizon, so that most blocks
 * keep overlapping labels together, and never less than the cube root of the rows, the rate at which the best length
 * grows (Politis & White 2004). At most the series itself.
 */
export function meanBlockRows(rows: number, horizonBars: number): number {
  return Math.max(1, Math.min(rows, Math.max(2 * horizonBars, Math.ceil(Math.cbrt(rows)))));
}

/**
 * The stationary bootstrap (Politis & Romano 1994) of column sums: blocks of geometric length start at uniform rows, the
 * series is a circle, and each resample has as many rows as the series.
 *
 * Only sums are wanted, so a block costs one subtraction of running sums in each column, however long it is.
 *
 * @param terms rows × columns, in time order
 * @param statistic called with the column sums of each resample (one buffer, filled anew each time)
 * @returns what `statistic` returned for each resample, in order
 */
export function bootstrapSums<T>(
  terms: Matrix,
  settings: BootstrapSettings,
  random: RandomStream,
  statistic: (sums: Float64Array) => T,
): T[] {
  const { rows, columns } = terms;
  if (rows === 0) return [];
  const running = runningSums(terms);
  const sums = new Float64Array(columns);
  const statistics: T[] = [];
  const logStay = Math.log(1 - 1 / settings.meanBlockRows);
  for (let sample = 0; sample < settings.samples; sample += 1) {
    sums.fill(0);
    let missing = rows;
    while (missing > 0) {
      const start = random.integer(rows);
      const drawn = 1 + Math.floor(Math.log(1 - random.uniform()) / logStay);
      const length = Math.min(missing, drawn);
      const beforeEnd = Math.min(length, rows - start);
      addRange(running, start, start + beforeEnd, sums);
      if (length > beforeEnd) addRange(running, 0, length - beforeEnd, sums);
      missing -= length;
    }
    statistics.push(statistic(sums));
  }
  return statistics;
}

/** Sums of all columns over all rows. */
export function columnSums(terms: Matrix): Float64Array {
  const sums = new Float64Array(terms.columns);
  addRange(runningSums(terms), 0, terms.rows, sums);
  return sums;
}

/**
 * The 95 % percentile interval of resampled values: their 2.5 % and 97.5 % quantiles, linearly interpolated. Undefined
 * values (NaN) are left out; null where fewer than half are defined.
 */
export function percentileInterval(values: readonly number[]): { readonly low: number; readonly high: number } | null {
  const defined = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (defined.length === 0 || defined.length * 2 < values.length) return null;
  return { low: quantile(defined, 0.025), high: quantile(defined, 0.975) };
}

function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (position - below) * (high - low);
}

/** Row r holds the sums of rows 0 … r - 1. */
function runningSums(terms: Matrix): Matrix {
  const { rows, columns, data } = terms;
  const running = emptyMatrix(rows + 1, columns);
  for (let i = 0; i < rows * columns; i += 1) running.data[i + columns] = (running.data[i] ?? 0) + (data[i] ?? 0);
  return running;
}

function addRange(running: Matrix, from: number, to: number, sums: Float64Array): void {
  const { columns, data } = running;
  for (let c = 0; c < columns; c += 1) {
    sums[c] = (sums[c] ?? 0) + ((data[to * columns + c] ?? 0) - (data[from * columns + c] ?? 0));
  }
}
