import type { BarColumns } from '../../../domain/core/bars';
import { randomFromSeed } from '../../../domain/core/random';
import { moves } from '../../../domain/augment/ar-garch-path';
import { shapesOf, type BarShapes } from '../../../domain/augment/bar-shapes';
import type { Result } from '../../../domain/core/result';
import { autocorrelations } from '../../../domain/statistics/acf';

export const HOUR_MS = 3_600_000;

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

/** Close-to-close log returns of bars. */
export function returnsOf({ close }: BarColumns): Float64Array {
  return close.subarray(1).map((price, i) => Math.log(price / (close[i] ?? NaN)));
}

export function absolute(values: Float64Array): Float64Array {
  return values.map(Math.abs);
}

/** Bars in hours around the clock whose returns are given; wicks and volume drawn, larger where the bar is larger. */
export function barsOf(returns: Float64Array, seed = 1): BarColumns {
  const random = randomFromSeed(seed);
  const close = new Float64Array(returns.length);
  const [open, high, low, volume] = [close.slice(), close.slice(), close.slice(), close.slice()];
  let price = 100;
  for (const [i, move] of returns.entries()) {
    open[i] = price * Math.exp(0.1 * move);
    price *= Math.exp(move);
    close[i] = price;
    high[i] = Math.max(open[i], price) * Math.exp(Math.abs(move) * random.uniform());
    low[i] = Math.min(open[i], price) * Math.exp(-Math.abs(move) * random.uniform());
    volume[i] = 1_000 * (0.5 + random.uniform()) * (1 + 100 * Math.abs(move));
  }
  return { time: close.map((_, i) => (i + 1) * HOUR_MS), open, high, low, close, volume };
}

/** Returns whose volatility clusters strongly. */
export function clusteredReturns(count: number, seed: number): Float64Array {
  const model = { constant: 0, ar: 0, omega: 4e-7, alpha: 0.12, beta: 0.87, degrees: 6 };
  const next = moves(model, randomFromSeed(seed));
  for (let i = 0; i < 500; i += 1) next();
  return Float64Array.from({ length: count }, () => next().move);
}

export function wholeShapes(bars: BarColumns): BarShapes {
  return valueOf(shapesOf(bars, [[0, bars.time.length]]));
}

/** Whether |returns| of the second series are as autocorrelated as those of the first, at every lag up to `maxLag`. */
export function keepsClustering(from: Float64Array, to: Float64Array, maxLag = 20, tolerance = 0.06): boolean {
  const [before, after] = [autocorrelations(absolute(from), maxLag), autocorrelations(absolute(to), maxLag)];
  return before.every((value, lag) => Math.abs(value - after[lag]!) <= tolerance);
}

/** Fourth standardised moment. */
export function kurtosisOf(values: Float64Array): number {
  const mean = meanOf(values);
  const moment = (power: number): number => meanOf(values.map((value) => (value - mean) ** power));
  return moment(4) / moment(2) ** 2;
}

export function quantileOf(values: Float64Array, share: number): number {
  return values.slice().sort()[Math.floor(share * (values.length - 1))] ?? NaN;
}

/** Correlation of x with y `lag` places later. */
export function correlation(x: Float64Array, y: Float64Array, lag = 0): number {
  const [a, b] = [x.subarray(0, x.length - lag), y.subarray(lag)];
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const covariance = meanOf(a.map((value, i) => (value - meanA) * (b[i]! - meanB)));
  const spread = (values: Float64Array, mean: number): number =>
    Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
  return covariance / (spread(a, meanA) * spread(b, meanB));
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A Fisher–Yates shuffle: what a resampling without blocks would be. */
export function shuffled(count: number, seed: number): Int32Array {
  const random = randomFromSeed(seed);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
