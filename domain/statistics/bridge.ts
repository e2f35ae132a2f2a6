import { longRunVariance, neweyWestLags } from '../core/long-run-variance';

/** Partial sums of a series about its mean, in units of the standard deviation of the whole sum: a bridge from 0 to 0. */
export interface Bridge {
  /** Element k: after the first k + 1 values. */
  readonly values: Float64Array;
}

/**
 * The bridge of a series, which for a series with one mean wanders like a Brownian bridge, whatever its autocorrelation:
 * its scale is the long-run variance of Newey and West (1987) with Bartlett weights over `lags`.
 *
 * @param lags default ⌊4·(n/100)^(2/9)⌋, Newey and West's rule; 0 for independent values
 * @returns null with fewer than 8 values, a value that is not finite, or no variance
 */
export function bridgeOf(series: Float64Array, lags?: number): Bridge | null {
  const count = series.length;
  if (count < 8 || !series.every(Number.isFinite)) return null;
  const mean = series.reduce((sum, value) => sum + value, 0) / count;
  const centred = series.map((value) => value - mean);
  const scale = Math.sqrt(longRunVariance(centred, Math.min(count - 1, lags ?? neweyWestLags(count))) * count);
  if (!(scale > 1e-12 * Math.abs(mean) * count)) return null;
  let sum = 0;
  return { values: centred.map((value) => (sum += value) / scale) };
}
