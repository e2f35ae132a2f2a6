/**
 * Autocorrelations of lags 0 to `maxLag`: the covariance of the series with itself, both sums divided by the length (so
 * that the sequence is positive semidefinite, Box & Jenkins), over its variance. Lag in elements, no unit. Element 0 is 1.
 *
 * NaN everywhere for a constant series or one that holds a NaN; lags beyond the length are 0.
 */
export function autocorrelations(series: Float64Array, maxLag: number): Float64Array {
  const found = new Float64Array(maxLag + 1);
  const centred = withoutMean(series);
  const variance = laggedProduct(centred, 0);
  for (let lag = 0; lag <= maxLag; lag += 1) found[lag] = laggedProduct(centred, lag) / variance;
  return found;
}

/** The same at chosen lags only. */
export function autocorrelationsAt(series: Float64Array, lags: readonly number[]): Float64Array {
  const centred = withoutMean(series);
  const variance = laggedProduct(centred, 0);
  return Float64Array.from(lags, (lag) => laggedProduct(centred, lag) / variance);
}

/**
 * The bound that |autocorrelation| of independent values stays below with 95 % probability at one lag: 1.96/√n
 * (Bartlett 1946).
 */
export function autocorrelationBound(count: number): number {
  return 1.959963984540054 / Math.sqrt(count);
}

function withoutMean(series: Float64Array): Float64Array {
  const first = series[0] ?? NaN;
  // Exactly constant series must give exactly 0 and so NaN, whatever the mean rounds to.
  let sum = 0;
  for (const value of series) sum += value - first;
  const mean = first + sum / series.length;
  return series.map((value) => value - mean);
}

function laggedProduct(values: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < values.length; i += 1) sum += (values[i] ?? 0) * (values[i - lag] ?? 0);
  return sum;
}
