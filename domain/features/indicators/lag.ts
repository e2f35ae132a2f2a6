import { History } from './history';

/** The value `lag` steps ago; NaN for the first `lag` values. */
export class Lag {
  private readonly history: History;

  constructor(lag: number) {
    this.history = new History(lag);
  }

  /** For each value of the next chunk; holds until the next call. */
  fill(values: Float64Array): Float64Array {
    return this.history.extend(values).subarray(0, values.length);
  }
}
