import { History } from './history';
import { RollingExtreme } from './rolling-extreme';
import { RollingMean } from './rolling-mean';
import { RollingSum } from './rolling-sum';
import { Scratch } from './scratch';

/** Of 100: while nothing moves RSI stands still but for rounding, whose range must not be blown up to 0 … 100. */
const LEAST_RSI_RANGE = 1e-9;

/**
 * Where the close stands below the highest high of `period` bars, −100 to 0; 0 where they have no range. First value at
 * index period − 1. TA-Lib: WILLR. What `fill` gives holds until its next call, here and below.
 */
export class WilliamsRange {
  private readonly places = new Scratch();

  /** `highest` and `lowest` are those of the last `period` bars. */
  fill(highest: Float64Array, lowest: Float64Array, close: Float64Array): Float64Array {
    const places = this.places.of(close.length);
    for (let i = 0; i < places.length; i += 1) {
      const top = highest[i] ?? NaN;
      const range = top - (lowest[i] ?? NaN);
      places[i] = range === 0 ? 0 : (-100 * (top - (close[i] ?? NaN))) / range;
    }
    return places;
  }
}

/**
 * Commodity channel index: the typical price from its mean over `period` bars, in 0.015 mean absolute deviations; 0 where
 * it did not move. First value at index period − 1. TA-Lib: CCI; Lambert (1980).
 */
export class ChannelIndex {
  private readonly history: History;
  private readonly mean: RollingMean;
  private readonly indices = new Scratch();

  constructor(private readonly period: number) {
    this.history = new History(period - 1);
    this.mean = new RollingMean(period);
  }

  /** At each typical price of the next chunk. */
  fill(chunk: Float64Array): Float64Array {
    const values = this.history.extend(chunk);
    const means = this.mean.fill(chunk);
    const indices = this.indices.of(chunk.length);
    const { period } = this;
    for (let i = 0; i < indices.length; i += 1) {
      const mean = means[i] ?? NaN;
      let absolute = 0;
      for (let k = i; k < i + period; k += 1) absolute += Math.abs((values[k] ?? NaN) - mean);
      indices[i] = absolute === 0 ? 0 : ((chunk[i] ?? NaN) - mean) / ((0.015 * absolute) / period);
    }
    return indices;
  }
}

/**
 * Place of RSI in its own range of `range` bars, 0 to 100, averaged over `smoothing`; 0 where RSI did not move. First value
 * at index range + smoothing − 2 of RSI. TA-Lib: fast %D of STOCHRSI; Chande and Kroll (1994).
 */
export class StochasticStrength {
  private readonly highest: RollingExtreme;
  private readonly lowest: RollingExtreme;
  private readonly average: RollingMean;
  private readonly places = new Scratch();

  constructor(range: number, smoothing: number) {
    this.highest = new RollingExtreme(range, 'highest');
    this.lowest = new RollingExtreme(range, 'lowest');
    this.average = new RollingMean(smoothing);
  }

  /** At each RSI of the next chunk. */
  fill(strengths: Float64Array): Float64Array {
    const [highest, lowest] = [this.highest.fill(strengths), this.lowest.fill(strengths)];
    const places = this.places.of(strengths.length);
    for (let i = 0; i < places.length; i += 1) {
      const bottom = lowest[i] ?? NaN;
      const range = (highest[i] ?? NaN) - bottom;
      places[i] = range <= LEAST_RSI_RANGE ? 0 : (100 * ((strengths[i] ?? NaN) - bottom)) / range;
    }
    return this.average.fill(places);
  }
}

/**
 * Ultimate oscillator, 0 to 100: buying pressure by true range over three spans, weighted 4 : 2 : 1; a span without range
 * adds nothing. First value at index `long`. TA-Lib: ULTOSC; Williams (1985).
 */
export class UltimateOscillator {
  private readonly spans: readonly {
    readonly weight: number;
    readonly pressure: RollingSum;
    readonly range: RollingSum;
  }[];
  private readonly pressures = new Scratch();
  private readonly values = new Scratch();
  private previousClose = NaN;

  constructor(short: number, middle: number, long: number) {
    this.spans = [short, middle, long].map((bars, i) => ({
      weight: 4 / 2 ** i,
      pressure: new RollingSum(bars),
      range: new RollingSum(bars),
    }));
  }

  /** At each bar of the next chunk, `ranges` being the true ranges. */
  fill(low: Float64Array, close: Float64Array, ranges: Float64Array): Float64Array {
    const pressures = this.pressures.of(close.length);
    for (let i = 0; i < pressures.length; i += 1) {
      const last = close[i] ?? NaN;
      pressures[i] = last - Math.min(low[i] ?? NaN, this.previousClose);
      this.previousClose = last;
    }
    const values = this.values.of(close.length).fill(0);
    for (const { weight, pressure, range } of this.spans) {
      const [pressed, moved] = [pressure.fill(pressures), range.fill(ranges)];
      for (let i = 0; i < values.length; i += 1) {
        const total = moved[i] ?? NaN;
        const share = total === 0 ? 0 : (pressed[i] ?? NaN) / total;
        values[i] = (values[i] ?? NaN) + (100 / 7) * weight * share;
      }
    }
    return values;
  }
}
