import { at } from '../numeric';

/**
 * The highest or lowest of the last `size` values, and how long ago it stood, in constant time on average: a queue of the
 * values that can still become the extreme, each better than all after it (Lemire 2006). A comparison rounds nothing, so
 * the result depends on the window alone. Of equal values the newest counts, as in TA-Lib's AROON. NaN until the window is
 * full, and while a missing value is in it.
 */
export class RollingExtreme {
  /** The extreme at the last `push`. */
  value = NaN;
  /** Values pushed since the extreme; 0 where it is the newest. */
  age = NaN;
  private readonly values: Float64Array;
  private readonly positions: Float64Array;
  private head = 0;
  private length = 0;
  private count = 0;
  private lastMissing = -Infinity;

  constructor(
    private readonly size: number,
    private readonly kind: 'highest' | 'lowest',
  ) {
    this.values = new Float64Array(size);
    this.positions = new Float64Array(size);
  }

  /** Takes one value in and returns the extreme. */
  push(value: number): number {
    const position = this.count;
    this.count += 1;
    if (Number.isNaN(value)) this.lastMissing = position;
    this.dropExpired(position);
    this.append(Number.isNaN(value) ? this.worst() : value, position);
    const known = this.count >= this.size && position - this.lastMissing >= this.size;
    this.value = known ? at(this.values, this.head) : NaN;
    this.age = known ? position - at(this.positions, this.head) : NaN;
    return this.value;
  }

  private worst(): number {
    return this.kind === 'highest' ? -Infinity : Infinity;
  }

  private dropExpired(position: number): void {
    if (this.length > 0 && at(this.positions, this.head) <= position - this.size) {
      this.head = this.slot(1);
      this.length -= 1;
    }
  }

  private append(value: number, position: number): void {
    while (this.length > 0 && !this.outlasts(at(this.values, this.slot(this.length - 1)), value)) this.length -= 1;
    const slot = this.slot(this.length);
    this.values[slot] = value;
    this.positions[slot] = position;
    this.length += 1;
  }

  private outlasts(older: number, newer: number): boolean {
    return this.kind === 'highest' ? older > newer : older < newer;
  }

  private slot(offset: number): number {
    // Cheaper than a remainder, and asked for several times a value.
    const slot = this.head + offset;
    return slot < this.size ? slot : slot - this.size;
  }
}
