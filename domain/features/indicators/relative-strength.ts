import { WilderAverage } from './moving-average';

/**
 * Wilder's relative strength index, 0 to 100: the share of gains in all movement, both as Wilder averages. First value at
 * index `period`; 0 where nothing has moved yet. TA-Lib: RSI, except that it takes movement below 1e-14 as none, whatever
 * the unit of the price.
 */
export class RelativeStrength {
  private readonly gains: WilderAverage;
  private readonly losses: WilderAverage;
  private previous = NaN;
  private started = false;

  constructor(period: number) {
    this.gains = new WilderAverage(period);
    this.losses = new WilderAverage(period);
  }

  push(value: number): number {
    const change = value - this.previous;
    this.previous = value;
    if (!this.started) {
      this.started = true;
      return NaN;
    }
    const gain = this.gains.push(Math.max(change, 0));
    const loss = this.losses.push(Math.max(-change, 0));
    const movement = gain + loss;
    return movement === 0 ? 0 : 100 * (gain / movement);
  }
}
