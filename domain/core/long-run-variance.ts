/**
 * The long-run variance of values about their mean, with Bartlett weights over `lags`: γ0 + 2 Σ (1 − j / (lags + 1)) γj.
 * `centred` are the values less their mean. Source: Newey and West (1987).
 */
export function longRunVariance(centred: Float64Array, lags: number): number {
  const autocovariance = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < centred.length; i += 1) sum += (centred[i] ?? NaN) * (centred[i - lag] ?? NaN);
    return sum / centred.length;
  };
  let variance = autocovariance(0);
  for (let lag = 1; lag <= lags; lag += 1) variance += 2 * (1 - lag / (lags + 1)) * autocovariance(lag);
  return variance;
}

/** Newey and West's rule for the number of lags. */
export function neweyWestLags(count: number): number {
  return Math.floor(4 * (count / 100) ** (2 / 9));
}
