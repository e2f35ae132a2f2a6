import { ratio } from '../numeric';
import { RollingWindow } from './rolling-window';

/**
 * Where a value stands in its Bollinger bands: (value − mean) / (width × deviation) over `period` values, population
 * deviation. −1 is the lower band, 1 the upper one; not clipped, so a breakout shows. NaN where all values are equal. First
 * value at index period − 1. The bands are TA-Lib's BBANDS.
 */
export class BollingerPosition {
  private readonly window: RollingWindow;

  constructor(
    period: number,
    private readonly width: number,
  ) {
    this.window = new RollingWindow(period);
  }

  push(value: number): number {
    if (!this.window.push(value)) return NaN;
    return ratio(value - this.window.mean(), this.width * this.window.deviation());
  }
}
