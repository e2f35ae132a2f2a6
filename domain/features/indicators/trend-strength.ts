import { trueRange } from '../../core/atr';
import { ExponentialAverage } from './moving-average';
import { RollingExtreme } from './rolling-extreme';
import { RollingWindow } from './rolling-window';

/**
 * How much more recent the highest high is than the lowest low of the last `period` bars and the one before them, −100 to
 * 100. First value at index `period`. TA-Lib: AROONOSC; Chande (1995).
 */
export class AroonOscillator {
  private readonly highs: RollingExtreme;
  private readonly lows: RollingExtreme;

  constructor(private readonly period: number) {
    this.highs = new RollingExtreme(period + 1, 'highest');
    this.lows = new RollingExtreme(period + 1, 'lowest');
  }

  push(high: number, low: number): number {
    this.highs.push(high);
    this.lows.push(low);
    return (100 / this.period) * (this.lows.age - this.highs.age);
  }
}

/**
 * Kaufman's efficiency ratio: distance over `period` steps by the way gone, 0 to 1; 0 where nothing moved. First value at
 * index `period`. Kaufman (1995).
 */
export class EfficiencyRatio {
  private readonly closes: RollingWindow;

  constructor(private readonly period: number) {
    this.closes = new RollingWindow(period + 1);
  }

  push(close: number): number {
    if (!this.closes.push(close)) return NaN;
    let way = 0;
    for (let i = 1; i <= this.period; i += 1) way += Math.abs(this.closes.value(i) - this.closes.value(i - 1));
    return way === 0 ? 0 : Math.abs(close - this.closes.oldest()) / way;
  }
}

/**
 * Vortex: |high − last low| less |low − last high|, by true range, summed over `period` bars; 0 where nothing moved. First
 * value at index `period`. Botes and Siepman (2010).
 */
export class VortexDifference {
  private readonly movements: RollingWindow;
  private readonly ranges: RollingWindow;
  private previousHigh = NaN;
  private previousLow = NaN;
  private previousClose = NaN;
  private started = false;

  constructor(period: number) {
    this.movements = new RollingWindow(period);
    this.ranges = new RollingWindow(period);
  }

  push(high: number, low: number, close: number): number {
    const movement = Math.abs(high - this.previousLow) - Math.abs(low - this.previousHigh);
    const range = trueRange(high, low, this.previousClose);
    this.previousHigh = high;
    this.previousLow = low;
    this.previousClose = close;
    if (!this.started) {
      this.started = true;
      return NaN;
    }
    this.ranges.push(range);
    if (!this.movements.push(movement)) return NaN;
    const total = this.ranges.sum();
    return total === 0 ? 0 : this.movements.sum() / total;
  }
}

/**
 * Change of a threefold exponential average in percent per bar; first value at index 3 × period − 2. TA-Lib: TRIX; Hutson
 * (1983).
 */
export class TripleAverageChange {
  private readonly averages: readonly ExponentialAverage[];
  private previous = NaN;
  private count = 0;

  constructor(private readonly period: number) {
    this.averages = [1, 2, 3].map(() => new ExponentialAverage(period));
  }

  push(close: number): number {
    this.count += 1;
    let value = close;
    for (const [i, average] of this.averages.entries()) {
      value = average.push(value);
      // Each average starts with the first value of the one before it.
      if (this.count < (i + 1) * (this.period - 1) + 1) return NaN;
    }
    const previous = this.previous;
    this.previous = value;
    return (value / previous - 1) * 100;
  }
}

/**
 * True strength index, −100 to 100: the change of the close by its size, both smoothed over `first` and then `second` bars;
 * 0 where nothing has moved. First value at index first + second − 1. Blau (1991).
 */
export class TrueStrength {
  private readonly changes: readonly ExponentialAverage[];
  private readonly sizes: readonly ExponentialAverage[];
  private previous = NaN;
  private count = 0;

  constructor(
    private readonly first: number,
    second: number,
  ) {
    this.changes = [new ExponentialAverage(first), new ExponentialAverage(second)];
    this.sizes = [new ExponentialAverage(first), new ExponentialAverage(second)];
  }

  push(close: number): number {
    const change = close - this.previous;
    this.previous = close;
    this.count += 1;
    if (this.count === 1) return NaN;
    const smoothed = this.smooth(this.changes, change);
    const size = this.smooth(this.sizes, Math.abs(change));
    return size === 0 ? 0 : (100 * smoothed) / size;
  }

  private smooth([first, second]: readonly ExponentialAverage[], value: number): number {
    const once = first?.push(value) ?? NaN;
    return this.count <= this.first ? NaN : (second?.push(once) ?? NaN);
  }
}
