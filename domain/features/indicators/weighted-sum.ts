import { History } from './history';
import { Scratch } from './scratch';

/** The last values of a series, each times the weight of its place in the window, added up; NaN until the window is full. */
export class WeightedSum {
  private readonly history: History;
  private readonly sums = new Scratch();

  /** `weights` begin with that of the oldest value. */
  constructor(private readonly weights: Float64Array) {
    this.history = new History(weights.length - 1);
  }

  /** At each value of the next chunk; holds until the next call. */
  fill(chunk: Float64Array): Float64Array {
    const values = this.history.extend(chunk);
    const { weights } = this;
    const sums = this.sums.of(chunk.length);
    for (let i = 0; i < sums.length; i += 1) {
      // Two sums side by side, so that not every addition waits for the last.
      let even = 0;
      let odd = 0;
      for (let k = 0; k < weights.length; k += 2) {
        even += (weights[k] ?? NaN) * (values[i + k] ?? NaN);
        if (k + 1 < weights.length) odd += (weights[k + 1] ?? NaN) * (values[i + k + 1] ?? NaN);
      }
      sums[i] = even + odd;
    }
    return sums;
  }
}
