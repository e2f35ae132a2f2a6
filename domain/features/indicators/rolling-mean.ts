import { History } from './history';
import { Scratch } from './scratch';

/**
 * Means of the last `size` values, put together as in `RollingSum`, but from means: so they are exact where all values are
 * equal, which a sum divided by their number is not.
 */
export class RollingMean {
  private readonly history: History;
  private readonly spans = new Scratch();
  private readonly means = new Scratch();

  constructor(private readonly size: number) {
    this.history = new History(size - 1);
  }

  /** The mean at each value of the next chunk, NaN before the first whole window; holds until the next call. */
  fill(chunk: Float64Array): Float64Array {
    const values = this.history.extend(chunk);
    const means = this.means.of(chunk.length);
    if (this.size === 3) return meansOfThree(values, means);
    const spans = this.spans.of(values.length);
    spans.set(values);
    let done = 0;
    for (let span = 1; ; span *= 2) {
      if ((this.size & span) !== 0) {
        if (done === 0) means.set(spans.subarray(0, means.length));
        else join(means, spans, done, span / (done + span));
        done += span;
      }
      if (2 * span > this.size) return means;
      const pairs = values.length - 2 * span + 1;
      for (let i = 0; i < pairs; i += 1) spans[i] = 0.5 * ((spans[i] ?? NaN) + (spans[i + span] ?? NaN));
    }
  }
}

function meansOfThree(values: Float64Array, means: Float64Array): Float64Array {
  for (let i = 0; i < means.length; i += 1) {
    const first = values[i] ?? NaN;
    means[i] = first + ((values[i + 1] ?? NaN) - first + ((values[i + 2] ?? NaN) - first)) / 3;
  }
  return means;
}

/** Puts behind what was `done` of each window the next span, which has `share` of what it is then. */
function join(means: Float64Array, spans: Float64Array, done: number, share: number): void {
  for (let i = 0; i < means.length; i += 1) {
    const mean = means[i] ?? NaN;
    means[i] = mean + ((spans[i + done] ?? NaN) - mean) * share;
  }
}
