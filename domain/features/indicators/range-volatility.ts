import { logReturn } from '../numeric';
import { RollingMean } from './rolling-mean';
import { RollingMoments } from './rolling-moments';
import { Scratch } from './scratch';

/** Variance of one bar from its range: ln(high / low)² / (4 ln 2). Parkinson (1980). */
export function parkinsonVariance(_open: number, high: number, low: number): number {
  const range = logReturn(low, high);
  return (range * range) / (4 * Math.LN2);
}

/** Variance of one bar from its four prices: ln(high / low)² / 2 − (2 ln 2 − 1) · ln(close / open)². Garman, Klass (1980). */
export function garmanKlassVariance(open: number, high: number, low: number, close: number): number {
  const range = logReturn(low, high);
  const body = logReturn(open, close);
  return (range * range) / 2 - (2 * Math.LN2 - 1) * body * body;
}

/** Variance of one bar that a drift does not distort. Rogers and Satchell (1991). */
export function rogersSatchellVariance(open: number, high: number, low: number, close: number): number {
  return logReturn(close, high) * logReturn(open, high) + logReturn(close, low) * logReturn(open, low);
}

/** Columns of prices, as long as each other. */
export interface Prices {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** The root of the mean of the last `period` one-bar variances; first value at index period − 1. */
export class RangeVolatility {
  private readonly mean: RollingMean;
  private readonly variances = new Scratch();

  constructor(
    period: number,
    private readonly variance: (open: number, high: number, low: number, close: number) => number,
  ) {
    this.mean = new RollingMean(period);
  }

  /** At each bar of the next chunk; holds until the next call. */
  fill({ open, high, low, close }: Prices): Float64Array {
    const variances = this.variances.of(close.length);
    const { variance } = this;
    for (let i = 0; i < variances.length; i += 1) {
      variances[i] = variance(open[i] ?? NaN, high[i] ?? NaN, low[i] ?? NaN, close[i] ?? NaN);
    }
    const means = this.mean.fill(variances);
    for (let i = 0; i < means.length; i += 1) means[i] = Math.sqrt(Math.max(0, means[i] ?? NaN));
    return means;
  }
}

/**
 * Volatility per bar from the jumps between bars, from open to close, and from Rogers and Satchell's term, weighted for the
 * least variance: σ² = σ²(open on last close) + k σ²(close on open) + (1 − k) σ²(RS) with k = 0.34 / (1.34 + (n + 1) /
 * (n − 1)), the first two as sample variances. First value at index `period`. Yang and Zhang (2000).
 */
export class YangZhangVolatility {
  private readonly overnight: RollingMoments;
  private readonly body: RollingMoments;
  private readonly rogersSatchell: RollingMean;
  private readonly jumps = new Scratch();
  private readonly bodies = new Scratch();
  private readonly variances = new Scratch();
  private previousClose = NaN;

  constructor(private readonly period: number) {
    this.overnight = new RollingMoments(period);
    this.body = new RollingMoments(period);
    this.rogersSatchell = new RollingMean(period);
  }

  /** At each bar of the next chunk; holds until the next call. */
  fill({ open, high, low, close }: Prices): Float64Array {
    const rows = close.length;
    const [jumps, bodies, variances] = [this.jumps.of(rows), this.bodies.of(rows), this.variances.of(rows)];
    for (let i = 0; i < rows; i += 1) {
      const [first, last] = [open[i] ?? NaN, close[i] ?? NaN];
      jumps[i] = logReturn(this.previousClose, first);
      bodies[i] = logReturn(first, last);
      variances[i] = rogersSatchellVariance(first, high[i] ?? NaN, low[i] ?? NaN, last);
      this.previousClose = last;
    }
    const [overnight, body] = [this.overnight.fill(jumps).squares, this.body.fill(bodies).squares];
    const means = this.rogersSatchell.fill(variances);
    const weight = 0.34 / (1.34 + (this.period + 1) / (this.period - 1));
    const share = 1 / (this.period - 1);
    for (let i = 0; i < rows; i += 1) {
      const inside = weight * (body[i] ?? NaN) * share + (1 - weight) * (means[i] ?? NaN);
      means[i] = Math.sqrt(Math.max(0, (overnight[i] ?? NaN) * share + inside));
    }
    return means;
  }
}
