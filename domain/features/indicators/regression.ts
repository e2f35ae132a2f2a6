import { ratio } from '../numeric';
import { RollingWindow } from './rolling-window';

/**
 * Straight line through the last `period` values against their position, by least squares; first value at index
 * period − 1. TA-Lib: LINEARREG_SLOPE.
 */
export class RegressionLine {
  private readonly window: RollingWindow;

  constructor(private readonly period: number) {
    this.window = new RollingWindow(period);
  }

  /** True once the window is full. */
  push(value: number): boolean {
    return this.window.push(value);
  }

  /** Change per step along the line, in the unit of the values. */
  slope(): number {
    return this.products() / spreadOfSteps(this.period);
  }

  /** Share of the variance that the line explains, 0 to 1; 0 where all values are equal. */
  fit(): number {
    const deviation = this.window.deviation();
    const products = this.products();
    if (deviation === 0) return 0;
    return Math.min(1, ratio(products * products, spreadOfSteps(this.period) * this.period * deviation * deviation));
  }

  private products(): number {
    const centre = (this.period - 1) / 2;
    const mean = this.window.mean();
    let products = 0;
    for (let i = 0; i < this.period; i += 1) products += (i - centre) * (this.window.value(i) - mean);
    return products;
  }
}

/** Sum of the squared distances of 0 … period − 1 from their mean. */
export function spreadOfSteps(period: number): number {
  return (period * (period * period - 1)) / 12;
}
