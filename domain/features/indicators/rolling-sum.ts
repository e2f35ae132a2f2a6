import { History } from './history';
import { Scratch } from './scratch';

/**
 * Sums of the last `size` values, all of a chunk at once, each put together from the sums of its halves, quarters, eighths: a
 * window of 100 takes eight additions instead of 100, and none waits for that of the bar before.
 *
 * Not a running sum: each is always the same additions of the values in its window in the same order, so it depends on
 * nothing else, does not drift, and is the same wherever the series began and however it is cut.
 */
export class RollingSum {
  private readonly history: History;
  private readonly spans = new Scratch();
  private readonly sums = new Scratch();

  constructor(private readonly size: number) {
    this.history = new History(size - 1);
  }

  /** The sum at each value of the next chunk, NaN before the first whole window; holds until the next call. */
  fill(chunk: Float64Array): Float64Array {
    const values = this.history.extend(chunk);
    const spans = this.spans.of(values.length);
    const sums = this.sums.of(chunk.length);
    spans.set(values);
    let done = 0;
    for (let span = 1; ; span *= 2) {
      if ((this.size & span) !== 0) {
        if (done === 0) sums.set(spans.subarray(0, sums.length));
        else for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] ?? NaN) + (spans[i + done] ?? NaN);
        done += span;
      }
      if (2 * span > this.size) return sums;
      const pairs = values.length - 2 * span + 1;
      for (let i = 0; i < pairs; i += 1) spans[i] = (spans[i] ?? NaN) + (spans[i + span] ?? NaN);
    }
  }
}
