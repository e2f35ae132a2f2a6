/**
 * What a window needs of a series beyond the chunk at hand: its last values before it. NaN stands before the first one, so
 * that a value which needs them is NaN until its window is full, without any counting.
 */
export class History {
  private memory: Float64Array;
  private end: number;

  /** `size` values are remembered: one less than the window. */
  constructor(private readonly size: number) {
    this.memory = new Float64Array(size).fill(NaN);
    this.end = size;
  }

  /** The remembered values and behind them the chunk, which is remembered in its turn; holds until the next call. */
  extend(chunk: Float64Array): Float64Array {
    const length = this.size + chunk.length;
    const old = this.memory;
    if (old.length < length) this.memory = new Float64Array(length);
    this.memory.set(old.subarray(this.end - this.size, this.end));
    this.memory.set(chunk, this.size);
    this.end = length;
    return this.memory.length === length ? this.memory : this.memory.subarray(0, length);
  }
}
