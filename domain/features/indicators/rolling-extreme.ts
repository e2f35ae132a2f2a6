import { History } from './history';
import { Scratch } from './scratch';

/**
 * The highest or lowest of the last `size` values: the larger of the extremes of two spans, which are those of two halves, and
 * so on. A comparison rounds nothing, so how it is found does not show. NaN until the window is full, and while a missing
 * value is in it.
 */
export class RollingExtreme {
  private readonly history: History;
  /** Turns the lowest into the highest; −x is exact. */
  private readonly sign: number;
  private readonly spans = new Scratch();
  private readonly extremes = new Scratch();

  constructor(
    private readonly size: number,
    kind: 'highest' | 'lowest',
  ) {
    this.history = new History(size - 1);
    this.sign = kind === 'highest' ? 1 : -1;
  }

  /** The extreme at each value of the next chunk; holds until the next call. */
  fill(chunk: Float64Array): Float64Array {
    const values = this.history.extend(chunk);
    const extremes = this.extremes.of(chunk.length);
    if (isWithinFactorTwo(values)) this.fillClose(values, extremes);
    else scanWindows(values, this.size, this.sign, extremes, null);
    return extremes;
  }

  /**
   * Without a branch, which a processor would guess wrong every other time: a + max(0, b − a), exact where neither is more
   * than twice the other, since then their difference is (Sterbenz 1974).
   */
  private fillClose(values: Float64Array, extremes: Float64Array): void {
    const { size, sign } = this;
    const spans = this.spans.of(values.length);
    spans.set(values);
    let span = 1;
    for (; 2 * span <= size; span *= 2) {
      const pairs = values.length - 2 * span + 1;
      for (let i = 0; i < pairs; i += 1) {
        const older = spans[i] ?? NaN;
        const rise = (spans[i + span] ?? NaN) - older;
        spans[i] = older + 0.5 * (rise + sign * Math.abs(rise));
      }
    }
    // The two spans overlap where the size is no power of two.
    const rest = size - span;
    for (let i = 0; i < extremes.length; i += 1) {
      const older = spans[i] ?? NaN;
      const rise = (spans[i + rest] ?? NaN) - older;
      extremes[i] = older + 0.5 * (rise + sign * Math.abs(rise));
    }
  }
}

/** How many values ago the extreme of the last `size` values stood; of equal ones the newest counts, as in TA-Lib's AROON. */
export class ExtremeAge {
  private readonly history: History;
  private readonly sign: number;
  private readonly extremes = new Scratch();
  private readonly ages = new Scratch();

  constructor(
    private readonly size: number,
    kind: 'highest' | 'lowest',
  ) {
    this.history = new History(size - 1);
    this.sign = kind === 'highest' ? 1 : -1;
  }

  /** The age at each value of the next chunk, 0 where it is the extreme itself; holds until the next call. */
  fill(chunk: Float64Array): Float64Array {
    const ages = this.ages.of(chunk.length);
    scanWindows(this.history.extend(chunk), this.size, this.sign, this.extremes.of(chunk.length), ages);
    return ages;
  }
}

/** Whether all values, missing ones left out, are positive and none is more than twice another. */
function isWithinFactorTwo(values: Float64Array): boolean {
  let lowest = Infinity;
  let highest = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? NaN;
    if (value > highest) highest = value;
    if (value < lowest) lowest = value;
  }
  return lowest > 0 && highest <= 2 * lowest;
}

/** Follows the extreme from window to window, and looks through a whole window only where it has left. */
function scanWindows(
  values: Float64Array,
  size: number,
  sign: number,
  extremes: Float64Array,
  ages: Float64Array | null,
): void {
  let best = -1;
  let at = -1;
  let missing = -1;
  for (let newest = 0; newest < values.length; newest += 1) {
    const value = sign * (values[newest] ?? NaN);
    const first = newest - size + 1;
    if (Number.isNaN(value)) missing = newest;
    else if (at >= first && at > missing && value >= best) [best, at] = [value, newest];
    if (first < 0) continue;
    const known = missing < first;
    if (known && at < first) {
      best = -Infinity;
      for (let k = first; k <= newest; k += 1) {
        const one = sign * (values[k] ?? NaN);
        if (one >= best) [best, at] = [one, k];
      }
    }
    extremes[first] = known ? sign * best : NaN;
    if (ages !== null) ages[first] = known ? newest - at : NaN;
  }
}
