import { bridgeOf } from './bridge';
import { memoryLags } from './memory-lags';

/** A test for one break at an unknown place. */
export interface BreakTest {
  readonly statistic: number;
  /** P of a statistic as large without a break, asymptotically. */
  readonly pValue: number;
  /** Index of the first value after the likeliest break, wherever the p value puts it. */
  readonly at: number;
}

export interface BreakOptions {
  /**
   * Lags of the long-run variance; default Newey and West's rule, which is too short for a series with a long memory, 0 for
   * independent values, 'byMemory' for as many as the memory of this one asks for (`memoryLags`).
   */
  readonly lags?: number | 'byMemory';
}

/**
 * CUSUM of squares: did the variance of the series change? The largest distance of Σx² from its straight line (Brown,
 * Durbin & Evans 1975; Inclán & Tiao 1994), scaled by the long-run variance of the squares, so that neither heavy
 * tails nor clusters of volatility alone count as a break (κ₂ of Sansó, Aragó & Carrion 2004). Its p value is
 * Kolmogorov's: the statistic behaves like the largest |Brownian bridge|.
 *
 * @param series values about zero, returns say, in time order
 * @returns null where nothing is defined: fewer than 8 values, one that is not finite, no variance of the squares
 */
export function cusumOfSquares(series: Float64Array, { lags }: BreakOptions = {}): BreakTest | null {
  const squares = series.map((value) => value * value);
  const peak = peakOf(squares, lags, (bridge) => largest(bridge, (value) => Math.abs(value), 0, series.length));
  return peak === null ? null : { statistic: peak.value, pValue: kolmogorovTail(peak.value), at: peak.at + 1 };
}

/** Andrews' usual share of the series at either end where no break is looked for. */
const TRIMMED_SHARE = 0.15;

/**
 * sup-F: did the mean of the series change once? The largest Wald statistic of a break over the middle 70 % of places
 * (Andrews 1993; with one break the test of Bai & Perron 1998), with the long-run variance, so that autocorrelation
 * alone does not count as a break. The p value is the tail approximation of DeLong (1981) in Estrella (2003), which
 * gives 5 % at 8.68 and 1 % at 12.16, Andrews' values (2003); above 20 % it is only roughly right.
 *
 * @returns null where nothing is defined: fewer than 8 values, one that is not finite, no variance
 */
export function supFBreak(series: Float64Array, { lags }: BreakOptions = {}): BreakTest | null {
  const count = series.length;
  const wald = (value: number, k: number): number => {
    const share = (k + 1) / count;
    return (value * value) / (share * (1 - share));
  };
  const from = Math.ceil(TRIMMED_SHARE * count) - 1;
  const peak = peakOf(series, lags, (bridge) => largest(bridge, wald, from, count - 1 - from));
  return peak === null ? null : { statistic: peak.value, pValue: supWaldTail(peak.value), at: peak.at + 1 };
}

interface Peak {
  readonly value: number;
  readonly at: number;
}

/** Where the bridge of the values peaks. The place is the same with any lags: they scale the bridge as a whole. */
function peakOf(values: Float64Array, lags: BreakOptions['lags'], find: (bridge: Float64Array) => Peak): Peak | null {
  const bridge = bridgeOf(values, lags === 'byMemory' ? 0 : lags);
  if (bridge === null) return null;
  const peak = find(bridge.values);
  if (lags !== 'byMemory') return peak;
  const scaled = bridgeOf(values, memoryLags(values, peak.at + 1));
  return scaled === null ? null : find(scaled.values);
}

function largest(
  values: Float64Array,
  measure: (value: number, k: number) => number,
  from: number,
  until: number,
): Peak {
  let best = { value: -Infinity, at: from };
  for (let k = from; k < until; k += 1) {
    const value = measure(values[k] ?? NaN, k);
    if (value > best.value) best = { value, at: k };
  }
  return best;
}

/** P(sup |Brownian bridge| > x) = 2 Σ (-1)^(k+1) exp(-2k²x²). */
function kolmogorovTail(x: number): number {
  if (x < 0.2) return 1;
  let [sum, sign] = [0, 1];
  for (let k = 1; k <= 50; k += 1) {
    sum += sign * Math.exp(-2 * k * k * x * x);
    sign = -sign;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

/** P(sup of B(t)²/(t(1-t)) over the middle > c) for one coefficient; Estrella (2003), equation 6 to the order 1/c². */
function supWaldTail(c: number): number {
  const logSpan = 2 * Math.log((1 - TRIMMED_SHARE) / TRIMMED_SHARE);
  // Below this the approximation falls again: nothing is as common as no break.
  if (c < 2) return 1;
  const density = Math.sqrt(c / (2 * Math.PI)) * Math.exp(-c / 2);
  return Math.min(1, density * ((1 - 1 / c) * logSpan + 2 / c));
}
