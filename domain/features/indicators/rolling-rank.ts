import { at } from '../numeric';
import { History } from './history';
import { Scratch } from './scratch';

/** Stands behind every value in the ranking: an empty place, or a missing value. */
const BEHIND = Infinity;

/**
 * Where the newest of the last `size` values stands among them, 0 to 1: the share of values below it and half the share of
 * those equal to it, itself included. NaN until the window is full, and while a missing value is in it. Values are finite.
 * The window is kept in order, the newest value taking the place of the oldest; comparing and counting round nothing, so the
 * result depends on the window alone.
 */
export class RollingRank {
  private readonly history: History;
  private readonly ranked: Float64Array;
  private readonly ranks = new Scratch();
  /** Of the window; before it is full, of what it lacks as well. */
  private missing: number;

  constructor(private readonly size: number) {
    this.history = new History(size);
    this.ranked = new Float64Array(size).fill(BEHIND);
    this.missing = size;
  }

  /** The rank at each value of the next chunk; holds until the next call. */
  fill(chunk: Float64Array): Float64Array {
    const values = this.history.extend(chunk);
    const ranks = this.ranks.of(chunk.length);
    for (let i = 0; i < ranks.length; i += 1) ranks[i] = this.push(at(values, i), at(values, i + this.size));
    return ranks;
  }

  /** Takes `value` in, in place of the one that leaves the window. */
  private push(oldest: number, value: number): number {
    if (Number.isNaN(oldest)) this.missing -= 1;
    if (Number.isNaN(value)) this.missing += 1;
    const place = this.replace(Number.isNaN(oldest) ? BEHIND : oldest, Number.isNaN(value) ? BEHIND : value);
    if (this.missing > 0) return NaN;
    let first = place;
    while (first > 0 && at(this.ranked, first - 1) === value) first -= 1;
    let end = place + 1;
    while (end < this.size && at(this.ranked, end) === value) end += 1;
    return (first + (end - first) / 2) / this.size;
  }

  /** Puts `newer` where it belongs, in place of one value equal to `older`; returns where that is. */
  private replace(older: number, newer: number): number {
    const { ranked, size } = this;
    let place = this.firstNotBelow(older);
    while (place + 1 < size && at(ranked, place + 1) < newer) {
      ranked[place] = at(ranked, place + 1);
      place += 1;
    }
    while (place > 0 && at(ranked, place - 1) > newer) {
      ranked[place] = at(ranked, place - 1);
      place -= 1;
    }
    ranked[place] = newer;
    return place;
  }

  private firstNotBelow(value: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(this.ranked, middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
