/**
 * Memory for a column that is written anew with every chunk: what it gave out last holds only until it is asked again. To
 * take fresh memory for each would cost as much as most indicators do.
 */
export class Scratch {
  private memory = new Float64Array(0);

  /** A column of `length` values, which may hold anything. */
  of(length: number): Float64Array {
    if (this.memory.length === length) return this.memory;
    if (this.memory.length < length) this.memory = new Float64Array(length);
    return this.memory.length === length ? this.memory : this.memory.subarray(0, length);
  }
}
