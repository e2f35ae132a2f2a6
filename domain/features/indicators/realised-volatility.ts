import { logReturn } from '../numeric';
import { RollingWindow } from './rolling-window';

/**
 * Realised volatility per bar: the root of the mean square of the last `period` one-bar log returns (no mean is taken off:
 * over few bars it is noise). First value at index `period`. Andersen, Bollerslev, Diebold and Labys (2003).
 */
export class RealisedVolatility {
  private readonly window: RollingWindow;
  private previous = NaN;
  private started = false;

  constructor(period: number) {
    this.window = new RollingWindow(period);
  }

  push(close: number): number {
    const previous = this.previous;
    this.previous = close;
    if (!this.started) {
      this.started = true;
      return NaN;
    }
    return this.window.push(logReturn(previous, close)) ? this.window.rootMeanSquare() : NaN;
  }
}
