/**
 * Turns base bars into the closes of a higher timeframe, each handed out only once its bar has closed.
 *
 * A higher bar covers the instants (end − higherMs, end] with `end` a multiple of `higherMs` since 1970 UTC, and a base bar
 * belongs to it by its close instant. It has closed when a base bar closes at or after `end`: at once for the base bar
 * that closes exactly there, or with the next base bar, however late, where that one is missing. Intervals without any
 * base bar make no higher bar.
 */
export class HigherCloses {
  /** The closes that the last `push` completed, oldest first; as many as it returned are valid. */
  readonly completed = new Float64Array(2);
  private openEnd = NaN;
  private lastClose = NaN;

  constructor(private readonly higherMs: number) {}

  /** Consumes a base bar and returns how many higher bars it completed: 0, 1, or 2 (a late one and its own). */
  push(time: number, close: number): number {
    let count = 0;
    if (time > this.openEnd) {
      this.completed[count] = this.lastClose;
      count += 1;
    }
    const end = Math.ceil(time / this.higherMs) * this.higherMs;
    this.lastClose = close;
    this.openEnd = end;
    if (time === end) {
      this.completed[count] = close;
      count += 1;
      this.openEnd = NaN;
    }
    return count;
  }
}
