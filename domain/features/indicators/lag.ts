import { RollingWindow } from './rolling-window';

/** The value `lag` steps ago; NaN for the first `lag` values. */
export class Lag {
  private readonly window: RollingWindow;

  constructor(lag: number) {
    this.window = new RollingWindow(lag + 1);
  }

  push(value: number): number {
    return this.window.push(value) ? this.window.oldest() : NaN;
  }
}
