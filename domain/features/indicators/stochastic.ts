import { RollingExtreme } from './rolling-extreme';
import { RollingMean } from './rolling-mean';
import { Scratch } from './scratch';

/** Columns of a chunk, 0 to 100. */
export interface StochasticLines {
  readonly k: Float64Array;
  readonly d: Float64Array;
}

/**
 * Slow stochastic oscillator, 0 to 100: %K is the place of the close in the range of `period` bars, averaged over
 * `slowing` bars; %D averages %K over `signal` bars. Both from index period + slowing + signal − 3 on. A window without
 * range counts as 0. TA-Lib: STOCH with simple averages.
 */
export class Stochastic {
  private readonly highs: RollingExtreme;
  private readonly lows: RollingExtreme;
  private readonly slowing: RollingMean;
  private readonly signal: RollingMean;
  private readonly places = new Scratch();
  /** Bars before the first value of %D, for which %K is withheld. */
  private withheld: number;

  constructor(period: number, slowing: number, signal: number) {
    this.highs = new RollingExtreme(period, 'highest');
    this.lows = new RollingExtreme(period, 'lowest');
    this.slowing = new RollingMean(slowing);
    this.signal = new RollingMean(signal);
    this.withheld = period + slowing + signal - 3;
  }

  /** Both lines at each bar of the next chunk; they hold until the next call. */
  fill(high: Float64Array, low: Float64Array, close: Float64Array): StochasticLines {
    const k = this.slowing.fill(this.placesInRange(this.highs.fill(high), this.lows.fill(low), close));
    const d = this.signal.fill(k);
    const withheld = Math.min(this.withheld, k.length);
    k.fill(NaN, 0, withheld);
    this.withheld -= withheld;
    return { k, d };
  }

  /** 100 × (close − lowest) / (highest − lowest); 0 where they are equal. */
  private placesInRange(highest: Float64Array, lowest: Float64Array, close: Float64Array): Float64Array {
    const places = this.places.of(close.length);
    for (let i = 0; i < places.length; i += 1) {
      const bottom = lowest[i] ?? NaN;
      const range = (highest[i] ?? NaN) - bottom;
      places[i] = range === 0 ? 0 : (100 * ((close[i] ?? NaN) - bottom)) / range;
    }
    return places;
  }
}
