import { logReturn } from '../numeric';
import { RollingWindow } from './rolling-window';

/** Variance of one bar from its range: ln(high / low)² / (4 ln 2). Parkinson (1980). */
export function parkinsonVariance(high: number, low: number): number {
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

/** The root of the mean of the last `period` one-bar variances; first value at index period − 1. */
export class RangeVolatility {
  private readonly window: RollingWindow;

  constructor(period: number) {
    this.window = new RollingWindow(period);
  }

  push(variance: number): number {
    return this.window.push(variance) ? Math.sqrt(Math.max(0, this.window.mean())) : NaN;
  }
}

/**
 * Volatility per bar from the jumps between bars, from open to close, and from Rogers and Satchell's term, weighted for the
 * least variance: σ² = σ²(open on last close) + k σ²(close on open) + (1 − k) σ²(RS) with k = 0.34 / (1.34 + (n + 1) /
 * (n − 1)), the first two as sample variances. First value at index `period`. Yang and Zhang (2000).
 */
export class YangZhangVolatility {
  private readonly overnight: RollingWindow;
  private readonly body: RollingWindow;
  private readonly rogersSatchell: RollingWindow;
  private readonly weight: number;
  private previousClose = NaN;
  private started = false;

  constructor(private readonly period: number) {
    this.overnight = new RollingWindow(period);
    this.body = new RollingWindow(period);
    this.rogersSatchell = new RollingWindow(period);
    this.weight = 0.34 / (1.34 + (period + 1) / (period - 1));
  }

  push(open: number, high: number, low: number, close: number): number {
    const previousClose = this.previousClose;
    this.previousClose = close;
    if (!this.started) {
      this.started = true;
      return NaN;
    }
    const full = this.overnight.push(logReturn(previousClose, open));
    this.body.push(logReturn(open, close));
    this.rogersSatchell.push(rogersSatchellVariance(open, high, low, close));
    if (!full) return NaN;
    const inside = this.weight * this.sampleVariance(this.body) + (1 - this.weight) * this.rogersSatchell.mean();
    return Math.sqrt(Math.max(0, this.sampleVariance(this.overnight) + inside));
  }

  private sampleVariance(window: RollingWindow): number {
    const deviation = window.deviation();
    return (deviation * deviation * this.period) / (this.period - 1);
  }
}
