import { autocorrelationBound, autocorrelationsAt } from './acf';

/** A correlation of 0.1 explains 1 % of the variance: below it a feature no longer tells of the bars behind an embargo. */
const NEGLIGIBLE = 0.1;
/** Enough for a bound of 0.009; more rows cost time and change no day. */
const MAX_ROWS = 50_000;

/** How long the features of a series remember. */
export interface Decorrelation {
  /** The first lag in trading days at which the mean |autocorrelation| lies below the threshold; null where none does. */
  readonly days: number | null;
  /** At that lag, or at the last one looked at. */
  readonly meanAutocorrelation: number;
  readonly threshold: number;
  /** Features that were looked at: those that change and have no hole after their warm-up. */
  readonly features: number;
}

/**
 * The first lag, in trading days of `barsPerDay` bars, up to `maxDays`, at which the mean over features of |autocorrelation|
 * falls below 0.1, or below 1.96/√n where that is more (what independent values would reach by chance, Bartlett 1946).
 *
 * `columns` are the features on the rows to fit on, NaN while warming up; at most their last 50 000 rows are read. A series
 * that is not to be known at that length counts as forgotten: no features, nothing to guard (0 days).
 */
export function decorrelation(columns: readonly Float64Array[], barsPerDay: number, maxDays: number): Decorrelation {
  const usable = columns.map(afterWarmUp).filter((values) => values.length > 1 && changes(values));
  const rows = Math.min(...usable.map(({ length }) => length));
  const threshold = usable.length === 0 ? NEGLIGIBLE : Math.max(NEGLIGIBLE, autocorrelationBound(rows));
  if (usable.length === 0) return { days: 0, meanAutocorrelation: 0, threshold, features: 0 };
  let mean = 1;
  for (let days = 1; days <= maxDays; days += 1) {
    const lag = days * barsPerDay;
    const found = usable.map((values) => Math.abs(autocorrelationsAt(values, [lag])[0] ?? 0));
    mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    if (mean < threshold) return { days, meanAutocorrelation: mean, threshold, features: usable.length };
  }
  return { days: null, meanAutocorrelation: mean, threshold, features: usable.length };
}

/** From the first value on; empty where another is missing behind it. */
function afterWarmUp(column: Float64Array): Float64Array {
  const recent = column.subarray(Math.max(0, column.length - MAX_ROWS));
  const first = recent.findIndex((value) => Number.isFinite(value));
  const values = first < 0 ? recent.subarray(0, 0) : recent.subarray(first);
  return values.every((value) => Number.isFinite(value)) ? values : values.subarray(0, 0);
}

function changes(values: Float64Array): boolean {
  return values.some((value) => value !== values[0]);
}
