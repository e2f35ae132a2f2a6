import { ExponentialAverage } from './moving-average';
import { Lag } from './lag';
import { ExtremeAge } from './rolling-extreme';
import { RollingSum } from './rolling-sum';
import { Scratch } from './scratch';

/**
 * How much more recent the highest high is than the lowest low of the last `period` bars and the one before them, −100 to
 * 100. First value at index `period`. TA-Lib: AROONOSC; Chande (1995). What `fill` gives holds until its next call, here and
 * below.
 */
export class AroonOscillator {
  private readonly highs: ExtremeAge;
  private readonly lows: ExtremeAge;

  constructor(private readonly period: number) {
    this.highs = new ExtremeAge(period + 1, 'highest');
    this.lows = new ExtremeAge(period + 1, 'lowest');
  }

  fill(high: Float64Array, low: Float64Array): Float64Array {
    const [ofHighs, ofLows] = [this.highs.fill(high), this.lows.fill(low)];
    const scale = 100 / this.period;
    for (let i = 0; i < ofHighs.length; i += 1) ofHighs[i] = scale * ((ofLows[i] ?? NaN) - (ofHighs[i] ?? NaN));
    return ofHighs;
  }
}

/**
 * Kaufman's efficiency ratio: distance over `period` steps by the way gone, 0 to 1; 0 where nothing moved. First value at
 * index `period`. Kaufman (1995).
 */
export class EfficiencyRatio {
  private readonly earlier: Lag;
  private readonly way: RollingSum;
  private readonly steps = new Scratch();
  private previous = NaN;

  constructor(period: number) {
    this.earlier = new Lag(period);
    this.way = new RollingSum(period);
  }

  fill(close: Float64Array): Float64Array {
    const steps = this.steps.of(close.length);
    for (let i = 0; i < steps.length; i += 1) {
      const last = close[i] ?? NaN;
      steps[i] = Math.abs(last - this.previous);
      this.previous = last;
    }
    const [ways, earlier] = [this.way.fill(steps), this.earlier.fill(close)];
    for (let i = 0; i < ways.length; i += 1) {
      const way = ways[i] ?? NaN;
      // The sum of the steps may be an ulp shorter than the way that they go.
      ways[i] = way === 0 ? 0 : Math.min(1, Math.abs((close[i] ?? NaN) - (earlier[i] ?? NaN)) / way);
    }
    return ways;
  }
}

/**
 * Vortex: |high − last low| less |low − last high|, by true range, summed over `period` bars; 0 where nothing moved. First
 * value at index `period`. Botes and Siepman (2010).
 */
export class VortexDifference {
  private readonly movement: RollingSum;
  private readonly range: RollingSum;
  private readonly movements = new Scratch();
  private previousHigh = NaN;
  private previousLow = NaN;

  constructor(period: number) {
    this.movement = new RollingSum(period);
    this.range = new RollingSum(period);
  }

  /** `ranges` are the true ranges of the bars. */
  fill(high: Float64Array, low: Float64Array, ranges: Float64Array): Float64Array {
    const movements = this.movements.of(high.length);
    for (let i = 0; i < movements.length; i += 1) {
      const [top, bottom] = [high[i] ?? NaN, low[i] ?? NaN];
      movements[i] = Math.abs(top - this.previousLow) - Math.abs(bottom - this.previousHigh);
      this.previousHigh = top;
      this.previousLow = bottom;
    }
    const [moved, ranged] = [this.movement.fill(movements), this.range.fill(ranges)];
    for (let i = 0; i < moved.length; i += 1) {
      const total = ranged[i] ?? NaN;
      moved[i] = total === 0 ? 0 : (moved[i] ?? NaN) / total;
    }
    return moved;
  }
}

/**
 * Change of a threefold exponential average in percent per bar; first value at index 3 × period − 2. TA-Lib: TRIX; Hutson
 * (1983).
 */
export class TripleAverageChange {
  private readonly averages: readonly ExponentialAverage[];
  private previous = NaN;

  constructor(period: number) {
    // Each average starts with the first value of the one before it.
    this.averages = [0, 1, 2].map((i) => new ExponentialAverage(period, i * (period - 1)));
  }

  fill(close: Float64Array): Float64Array {
    const changes = this.averages.reduce((values, average) => average.fill(values), close);
    for (let i = 0; i < changes.length; i += 1) {
      const value = changes[i] ?? NaN;
      changes[i] = (value / this.previous - 1) * 100;
      this.previous = value;
    }
    return changes;
  }
}

/**
 * True strength index, −100 to 100: the change of the close by its size, both smoothed over `first` and then `second` bars;
 * 0 where nothing has moved. First value at index first + second − 1. Blau (1991).
 */
export class TrueStrength {
  private readonly ofChanges: readonly ExponentialAverage[];
  private readonly ofSizes: readonly ExponentialAverage[];
  private readonly changes = new Scratch();
  private readonly sizes = new Scratch();
  private previous = NaN;

  constructor(first: number, second: number) {
    // The first bar has no change, the first `first` have no average of them.
    const create = (): ExponentialAverage[] => [
      new ExponentialAverage(first, 1),
      new ExponentialAverage(second, first),
    ];
    [this.ofChanges, this.ofSizes] = [create(), create()];
  }

  fill(close: Float64Array): Float64Array {
    const changes = this.changes.of(close.length);
    const sizes = this.sizes.of(close.length);
    for (let i = 0; i < changes.length; i += 1) {
      const last = close[i] ?? NaN;
      changes[i] = last - this.previous;
      sizes[i] = Math.abs(last - this.previous);
      this.previous = last;
    }
    const smoothed = this.ofChanges.reduce((values, average) => average.fill(values), changes);
    const size = this.ofSizes.reduce((values, average) => average.fill(values), sizes);
    for (let i = 0; i < smoothed.length; i += 1) {
      const total = size[i] ?? NaN;
      smoothed[i] = total === 0 ? 0 : (100 * (smoothed[i] ?? NaN)) / total;
    }
    return smoothed;
  }
}
