import { trueRange } from '../../core/atr';
import { SimpleAverage } from './moving-average';
import { RelativeStrength } from './relative-strength';
import { RollingExtreme } from './rolling-extreme';
import { RollingWindow } from './rolling-window';

/** Of 100: while nothing moves RSI stands still but for rounding, whose range must not be blown up to 0 … 100. */
const LEAST_RSI_RANGE = 1e-9;

/**
 * Where the close stands below the highest high of `period` bars, −100 to 0; 0 where they have no range. First value at
 * index period − 1. TA-Lib: WILLR.
 */
export class WilliamsRange {
  private readonly highs: RollingExtreme;
  private readonly lows: RollingExtreme;

  constructor(period: number) {
    this.highs = new RollingExtreme(period, 'highest');
    this.lows = new RollingExtreme(period, 'lowest');
  }

  push(high: number, low: number, close: number): number {
    const highest = this.highs.push(high);
    const range = highest - this.lows.push(low);
    return range === 0 ? 0 : (-100 * (highest - close)) / range;
  }
}

/**
 * Commodity channel index: the typical price from its mean over `period` bars, in 0.015 mean absolute deviations; 0 where
 * it did not move. First value at index period − 1. TA-Lib: CCI; Lambert (1980).
 */
export class ChannelIndex {
  private readonly window: RollingWindow;

  constructor(private readonly period: number) {
    this.window = new RollingWindow(period);
  }

  push(high: number, low: number, close: number): number {
    const typical = (high + low + close) / 3;
    if (!this.window.push(typical)) return NaN;
    const mean = this.window.mean();
    let absolute = 0;
    for (let i = 0; i < this.period; i += 1) absolute += Math.abs(this.window.value(i) - mean);
    return absolute === 0 ? 0 : (typical - mean) / ((0.015 * absolute) / this.period);
  }
}

/**
 * Place of RSI in its own range of `range` bars, 0 to 100, averaged over `smoothing`; 0 where RSI did not move. First value
 * at index period + range + smoothing − 2. TA-Lib: fast %D of STOCHRSI; Chande and Kroll (1994).
 */
export class StochasticStrength {
  private readonly strength: RelativeStrength;
  private readonly highest: RollingExtreme;
  private readonly lowest: RollingExtreme;
  private readonly average: SimpleAverage;
  /** Bars before the first place in the range. */
  private readonly ready: number;
  private count = 0;

  constructor(
    private readonly period: number,
    range: number,
    smoothing: number,
  ) {
    this.strength = new RelativeStrength(period);
    this.highest = new RollingExtreme(range, 'highest');
    this.lowest = new RollingExtreme(range, 'lowest');
    this.average = new SimpleAverage(smoothing);
    this.ready = period + range - 1;
  }

  push(close: number): number {
    const rsi = this.strength.push(close);
    this.count += 1;
    if (this.count <= this.period) return NaN;
    const lowest = this.lowest.push(rsi);
    const range = this.highest.push(rsi) - lowest;
    if (this.count <= this.ready) return NaN;
    return this.average.push(range <= LEAST_RSI_RANGE ? 0 : (100 * (rsi - lowest)) / range);
  }
}

/**
 * Ultimate oscillator, 0 to 100: buying pressure by true range over three spans, weighted 4 : 2 : 1; a span without range
 * adds nothing. First value at index `long`. TA-Lib: ULTOSC; Williams (1985).
 */
export class UltimateOscillator {
  private readonly pressures: RollingWindow;
  private readonly ranges: RollingWindow;
  private previousClose = NaN;
  private started = false;

  constructor(
    private readonly short: number,
    private readonly middle: number,
    private readonly long: number,
  ) {
    this.pressures = new RollingWindow(long);
    this.ranges = new RollingWindow(long);
  }

  push(high: number, low: number, close: number): number {
    const previousClose = this.previousClose;
    this.previousClose = close;
    if (!this.started) {
      this.started = true;
      return NaN;
    }
    this.ranges.push(trueRange(high, low, previousClose));
    if (!this.pressures.push(close - Math.min(low, previousClose))) return NaN;
    return (100 * (4 * this.share(this.short) + 2 * this.share(this.middle) + this.share(this.long))) / 7;
  }

  private share(bars: number): number {
    let pressure = 0;
    let range = 0;
    for (let i = this.long - bars; i < this.long; i += 1) {
      pressure += this.pressures.value(i);
      range += this.ranges.value(i);
    }
    return range === 0 ? 0 : pressure / range;
  }
}
