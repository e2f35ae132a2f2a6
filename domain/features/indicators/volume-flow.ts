import { spreadOfSteps } from './regression';
import { RollingWindow } from './rolling-window';

/** Stands for the price impact of a bar without volume; an impact is never negative. */
const NO_TRADE = -1;
/** Two typical prices that differ by less are equal: (high + low + close) / 3 of the same cents need not be the same bits. */
const ROUNDING_SHARE = 1e-12;

/** Volume with the sign of the change of the close, 0 where it did not change: the steps of TA-Lib's OBV (Granville 1963). */
export class SignedVolume {
  private previousClose = NaN;
  private started = false;

  /** 0 for the first bar, which has no change. */
  push(close: number, volume: number): number {
    const change = this.started ? close - this.previousClose : 0;
    this.previousClose = close;
    this.started = true;
    if (change > 0) return volume;
    if (change < 0) return -volume;
    return Number.isNaN(change) ? NaN : 0;
  }
}

/** Volume times the place of the close in its bar, −1 to 1; 0 for a bar without range. The steps of TA-Lib's AD. */
export function accumulation(high: number, low: number, close: number, volume: number): number {
  const range = high - low;
  if (range > 0) return ((close - low - (high - close)) / range) * volume;
  return Number.isNaN(range) ? NaN : 0;
}

/**
 * Slope of a line (OBV, AD) that adds up flows of volume, over its last `period` points, in mean volumes a bar; 0 where there
 * was no volume. The line is added up anew inside each window, so that its level, which depends on where the series began,
 * does not enter. First value at index period − 1. TA-Lib: LINEARREG_SLOPE of OBV or AD, over SMA of volume.
 */
export class FlowSlope {
  private readonly flows: RollingWindow;
  private readonly volumes: RollingWindow;

  constructor(private readonly period: number) {
    this.flows = new RollingWindow(period);
    this.volumes = new RollingWindow(period);
  }

  push(flow: number, volume: number): number {
    this.volumes.push(volume);
    if (!this.flows.push(flow)) return NaN;
    const usual = this.volumes.mean();
    const centre = (this.period - 1) / 2;
    let line = 0;
    let products = 0;
    for (let i = 1; i < this.period; i += 1) {
      line += this.flows.value(i);
      products += (i - centre) * line;
    }
    // Without volume the sum is zero already, or missing where a price is.
    return usual === 0 ? products : products / spreadOfSteps(this.period) / usual;
  }
}

/** Sum of flows over the sum of volumes of the last `period` bars, −1 to 1; 0 where there was no volume. Chaikin. */
export class FlowShare {
  private readonly flows: RollingWindow;
  private readonly volumes: RollingWindow;

  constructor(period: number) {
    this.flows = new RollingWindow(period);
    this.volumes = new RollingWindow(period);
  }

  push(flow: number, volume: number): number {
    this.volumes.push(volume);
    if (!this.flows.push(flow)) return NaN;
    const total = this.volumes.sum();
    const balance = this.flows.sum();
    return total === 0 ? balance : balance / total;
  }
}

/**
 * Money flow index, 0 to 100: of the typical price times volume, the share of the bars whose typical price rose, over the
 * last `period` bars; first value at index `period`. 0 where no money flowed. TA-Lib: MFI, except that it gives 0 below a
 * flow of 1, whatever the unit.
 */
export class MoneyFlow {
  private readonly rises: RollingWindow;
  private readonly falls: RollingWindow;
  private previous = NaN;
  private started = false;

  constructor(period: number) {
    this.rises = new RollingWindow(period);
    this.falls = new RollingWindow(period);
  }

  push(high: number, low: number, close: number, volume: number): number {
    const typical = (high + low + close) / 3;
    const change = typical - this.previous;
    this.previous = typical;
    if (!this.started) {
      this.started = true;
      return NaN;
    }
    const money = typical * volume;
    const least = ROUNDING_SHARE * typical;
    const none = Number.isNaN(change) ? NaN : 0;
    this.falls.push(change < -least ? money : none);
    if (!this.rises.push(change > least ? money : none)) return NaN;
    const rising = this.rises.sum();
    const total = rising + this.falls.sum();
    return total === 0 ? total : 100 * (rising / total);
  }
}

/**
 * How far the close stands from the price that the last `period` bars were traded at on average, weighted by volume; equal
 * weights where there was no volume. In price units; first value at index period − 1.
 */
export class AveragePriceDistance {
  private readonly typical: RollingWindow;
  private readonly volumes: RollingWindow;

  constructor(private readonly period: number) {
    this.typical = new RollingWindow(period);
    this.volumes = new RollingWindow(period);
  }

  push(high: number, low: number, close: number, volume: number): number {
    this.volumes.push(volume);
    if (!this.typical.push((high + low + close) / 3)) return NaN;
    const total = this.volumes.sum();
    if (total === 0) return close - this.typical.mean();
    let weighted = 0;
    for (let i = 0; i < this.period; i += 1) {
      weighted += (this.typical.value(i) - close) * this.volumes.value(i);
    }
    return -weighted / total;
  }
}

/**
 * Price impact (absolute log return over traded value, Amihud 2002) of the last `short` bars that had volume by that of the
 * last `long`; 1 where either window has none or nothing moved. First value at index `long`.
 */
export class IlliquidityRatio {
  private readonly impacts: RollingWindow;

  constructor(
    private readonly short: number,
    private readonly long: number,
  ) {
    this.impacts = new RollingWindow(long);
  }

  /** `absoluteReturn` is missing at the first bar; `tradedValue` is price times volume. */
  push(absoluteReturn: number, tradedValue: number): number {
    if (!this.impacts.push(tradedValue <= 0 ? NO_TRADE : absoluteReturn / tradedValue)) return NaN;
    const recent = this.meanFrom(this.long - this.short);
    const usual = this.meanFrom(0);
    return Number.isNaN(usual) ? NaN : recent >= 0 && usual > 0 ? recent / usual : 1;
  }

  /** Mean over the bars with volume from a position of the window on; `NO_TRADE` where there is none. */
  private meanFrom(position: number): number {
    let sum = 0;
    let bars = 0;
    for (let i = position; i < this.long; i += 1) {
      const impact = this.impacts.value(i);
      if (impact < 0) continue;
      sum += impact;
      bars += 1;
    }
    return bars === 0 ? NO_TRADE : sum / bars;
  }
}
