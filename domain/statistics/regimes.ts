import { fail, ok, type Result } from '../core/result';

/** Volatility times trend, in the order of the labels 0 to 5; a label of -1 is a bar before the windows are full. */
export const REGIMES = ['calm-down', 'calm-flat', 'calm-up', 'wild-down', 'wild-flat', 'wild-up'] as const;
export type Regime = (typeof REGIMES)[number];

export interface RegimeSettings {
  /** Bars over which volatility and trend are measured. */
  readonly windowBars: number;
}

/** What was fitted on the first training part, and labels every later bar. */
export interface RegimeThresholds extends RegimeSettings {
  /** Standard deviation of a bar's log return over the window, above which a bar is wild: the median of the part. */
  readonly wildAbove: number;
  /** |trend strength| above which a bar is in a trend: the upper tercile of the part. */
  readonly trendAbove: number;
}

/**
 * Fits the thresholds on the bars [0, until) and on nothing else.
 *
 * @param close closes of the series in time order, in price units
 * @param until end of the first training part
 * @returns `InvalidSplits` where the part is too short for the window
 */
export function fitRegimes(close: Float64Array, until: number, settings: RegimeSettings): Result<RegimeThresholds> {
  const measures = measure(close.subarray(0, until), settings.windowBars);
  const volatility = measures.volatility.filter(Number.isFinite).sort();
  const trend = measures.trend.map(Math.abs).filter(Number.isFinite).sort();
  if (volatility.length < settings.windowBars || trend.length === 0) {
    return fail(
      'InvalidSplits',
      `Regimes are measured over ${String(settings.windowBars)} bars and fitted on the first training part, which has ` +
        `only ${String(Math.min(until, close.length))}: give more bars or a shorter window.`,
    );
  }
  return ok({
    windowBars: settings.windowBars,
    wildAbove: volatility[Math.floor(volatility.length / 2)] ?? NaN,
    trendAbove: trend[Math.floor((2 * trend.length) / 3)] ?? NaN,
  });
}

/**
 * The regime of each bar from closes up to and including it, so that a later bar changes no label. Volatility is the
 * standard deviation of the last `windowBars` log returns; trend strength the log return over the window, divided by
 * volatility·√windowBars, so about a standard normal number in a random walk.
 *
 * @returns the place in REGIMES, or -1 before the window is full and where a close is not positive
 */
export function labelRegimes(close: Float64Array, thresholds: RegimeThresholds): Int8Array {
  const { volatility, trend } = measure(close, thresholds.windowBars);
  return Int8Array.from(volatility, (spread, i) => {
    const strength = trend[i] ?? NaN;
    if (!Number.isFinite(spread) || !Number.isFinite(strength)) return -1;
    const direction = strength > thresholds.trendAbove ? 2 : strength < -thresholds.trendAbove ? 0 : 1;
    return (spread > thresholds.wildAbove ? 3 : 0) + direction;
  });
}

interface Measures {
  readonly volatility: Float64Array;
  readonly trend: Float64Array;
}

function measure(close: Float64Array, window: number): Measures {
  const returns = Float64Array.from(close, (value, i) => (i === 0 ? NaN : Math.log(value / (close[i - 1] ?? NaN))));
  const first = windowSums(returns, window);
  const second = windowSums(
    returns.map((value) => value * value),
    window,
  );
  const volatility = second.map((sum, i) => {
    const variance = (sum - (first[i] ?? NaN) ** 2 / window) / (window - 1);
    // What rounding leaves of a constant series is no volatility.
    return variance > 1e-12 * sum ? Math.sqrt(variance) : variance * 0;
  });
  const trend = first.map((sum, i) => {
    const spread = (volatility[i] ?? NaN) * Math.sqrt(window);
    return spread === 0 ? 0 : sum / spread;
  });
  return { volatility, trend };
}

/**
 * Σ over the last `window` values up to and including each; NaN before there are as many. A sum is the end of one block of
 * `window` values and the start of the next, each added up anew: nothing is subtracted, so no rounding and no NaN is
 * carried on.
 */
function windowSums(values: Float64Array, window: number): Float64Array {
  const sums = new Float64Array(values.length).fill(NaN);
  const tails = new Float64Array(window + 1);
  let head = 0;
  for (let i = 0; i < values.length; i += 1) {
    const place = i % window;
    if (place === 0) {
      head = 0;
      tails[window] = 0;
      for (let j = window - 1; j >= 0; j -= 1) tails[j] = (tails[j + 1] ?? 0) + (values[i - window + j] ?? NaN);
    }
    head += values[i] ?? NaN;
    sums[i] = head + (tails[place + 1] ?? NaN);
  }
  return sums;
}
