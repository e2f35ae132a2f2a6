import { History } from './history';
import { spreadOfSteps } from './regression';
import { RollingSum } from './rolling-sum';
import { Scratch } from './scratch';
import { WeightedSum } from './weighted-sum';

/** Two typical prices that differ by less are equal: (high + low + close) / 3 of the same cents need not be the same bits. */
const ROUNDING_SHARE = 1e-12;

/**
 * Volume with the sign of the change of the close, 0 where it did not change and at the first bar: the steps of TA-Lib's OBV
 * (Granville 1963). What `fill` gives holds until its next call, here and below.
 */
export class SignedVolume {
  private readonly flows = new Scratch();
  private previousClose = NaN;
  private started = false;

  fill(close: Float64Array, volume: Float64Array): Float64Array {
    const flows = this.flows.of(close.length);
    for (let i = 0; i < flows.length; i += 1) {
      const last = close[i] ?? NaN;
      const change = this.started ? last - this.previousClose : 0;
      this.previousClose = last;
      this.started = true;
      const still = Number.isNaN(change) ? NaN : 0;
      flows[i] = change > 0 ? (volume[i] ?? NaN) : change < 0 ? -(volume[i] ?? NaN) : still;
    }
    return flows;
  }
}

/** Volume times the place of the close in its bar, −1 to 1; 0 for a bar without range. The steps of TA-Lib's AD. */
export class Accumulation {
  private readonly flows = new Scratch();

  fill(high: Float64Array, low: Float64Array, close: Float64Array, volume: Float64Array): Float64Array {
    const flows = this.flows.of(close.length);
    for (let i = 0; i < flows.length; i += 1) {
      const [top, bottom, last] = [high[i] ?? NaN, low[i] ?? NaN, close[i] ?? NaN];
      const range = top - bottom;
      const still = Number.isNaN(range) ? NaN : 0;
      flows[i] = range > 0 ? ((last - bottom - (top - last)) / range) * (volume[i] ?? NaN) : still;
    }
    return flows;
  }
}

/**
 * Slope of a line (OBV, AD) that adds up flows of volume, over its last `period` points, in mean volumes a bar; 0 where there
 * was no volume. The line is added up anew inside each window, so that its level, which depends on where the series began,
 * does not enter. First value at index period − 1. TA-Lib: LINEARREG_SLOPE of OBV or AD, over SMA of volume.
 */
export class FlowSlope {
  private readonly products: WeightedSum;

  constructor(private readonly period: number) {
    this.products = new WeightedSum(slopeWeights(period));
  }

  /** `usual` is the mean volume of the last `period` bars. */
  fill(flows: Float64Array, usual: Float64Array): Float64Array {
    const slopes = this.products.fill(flows);
    const spread = spreadOfSteps(this.period);
    for (let i = 0; i < slopes.length; i += 1) {
      // Without volume the sum is zero already, or missing where a price is.
      const mean = usual[i] ?? NaN;
      slopes[i] = mean === 0 ? (slopes[i] ?? NaN) : (slopes[i] ?? NaN) / spread / mean;
    }
    return slopes;
  }
}

/** A flow raises the line at its bar and all after it: its weight is the sum of their distances from the window's middle. */
function slopeWeights(period: number): Float64Array {
  const weights = new Float64Array(period);
  const centre = (period - 1) / 2;
  // The first flow lies below the whole line and does not tilt it.
  for (let k = period - 1; k > 0; k -= 1) weights[k] = (weights[k + 1] ?? 0) + k - centre;
  return weights;
}

/** Sum of flows over the sum of volumes of the last `period` bars, −1 to 1; 0 where there was no volume. Chaikin. */
export class FlowShare {
  private readonly flow: RollingSum;
  private readonly volume: RollingSum;

  constructor(period: number) {
    this.flow = new RollingSum(period);
    this.volume = new RollingSum(period);
  }

  fill(flows: Float64Array, volumes: Float64Array): Float64Array {
    const [balances, totals] = [this.flow.fill(flows), this.volume.fill(volumes)];
    for (let i = 0; i < balances.length; i += 1) {
      const total = totals[i] ?? NaN;
      if (total !== 0) balances[i] = (balances[i] ?? NaN) / total;
    }
    return balances;
  }
}

/**
 * Money flow index, 0 to 100: of the typical price times volume, the share of the bars whose typical price rose, over the
 * last `period` bars; first value at index `period`. 0 where no money flowed. TA-Lib: MFI, except that it gives 0 below a
 * flow of 1, whatever the unit.
 */
export class MoneyFlow {
  private readonly rise: RollingSum;
  private readonly fall: RollingSum;
  private readonly rises = new Scratch();
  private readonly falls = new Scratch();
  private previous = NaN;

  constructor(period: number) {
    this.rise = new RollingSum(period);
    this.fall = new RollingSum(period);
  }

  fill(typical: Float64Array, volume: Float64Array): Float64Array {
    const [rises, falls] = [this.rises.of(typical.length), this.falls.of(typical.length)];
    for (let i = 0; i < rises.length; i += 1) {
      const price = typical[i] ?? NaN;
      const change = price - this.previous;
      this.previous = price;
      const money = price * (volume[i] ?? NaN);
      const least = ROUNDING_SHARE * price;
      const none = Number.isNaN(change) ? NaN : 0;
      rises[i] = change > least ? money : none;
      falls[i] = change < -least ? money : none;
    }
    const [rising, falling] = [this.rise.fill(rises), this.fall.fill(falls)];
    for (let i = 0; i < rising.length; i += 1) {
      const up = rising[i] ?? NaN;
      const total = up + (falling[i] ?? NaN);
      rising[i] = total === 0 ? total : 100 * (up / total);
    }
    return rising;
  }
}

/**
 * How far the close stands from the price that the last `period` bars were traded at on average, weighted by volume; equal
 * weights where there was no volume. In price units; first value at index period − 1.
 */
export class AveragePriceDistance {
  private readonly typical: History;
  private readonly volumes: History;
  private readonly distances = new Scratch();

  constructor(private readonly period: number) {
    this.typical = new History(period - 1);
    this.volumes = new History(period - 1);
  }

  fill(typical: Float64Array, close: Float64Array, volume: Float64Array): Float64Array {
    const [prices, volumes] = [this.typical.extend(typical), this.volumes.extend(volume)];
    const distances = this.distances.of(close.length);
    const { period } = this;
    for (let i = 0; i < distances.length; i += 1) {
      const last = close[i] ?? NaN;
      let [plain, weighted, total] = [0, 0, 0];
      for (let k = i; k < i + period; k += 1) {
        const distance = last - (prices[k] ?? NaN);
        const weight = volumes[k] ?? NaN;
        plain += distance;
        weighted += distance * weight;
        total += weight;
      }
      distances[i] = total === 0 ? plain / period : weighted / total;
    }
    return distances;
  }
}
