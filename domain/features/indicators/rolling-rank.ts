import { RollingWindow } from './rolling-window';

/**
 * Where the newest of the last `size` values stands among them, 0 to 1: the share of values below it and half the share of
 * those equal to it, itself included. NaN until the window is full, and while a missing value is in it. Counting rounds
 * nothing, so the result depends on the window alone.
 */
export class RollingRank {
  private readonly window: RollingWindow;

  constructor(private readonly size: number) {
    this.window = new RollingWindow(size);
  }

  push(value: number): number {
    if (!this.window.push(value)) return NaN;
    let below = 0;
    let equal = 0;
    for (let i = 0; i < this.size; i += 1) {
      const other = this.window.value(i);
      if (other < value) below += 1;
      else if (other === value) equal += 1;
      else if (Number.isNaN(other)) return NaN;
    }
    return equal === 0 ? NaN : (below + equal / 2) / this.size;
  }
}
