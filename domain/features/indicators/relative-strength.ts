import { gainOf } from '../numeric';
import { Scratch } from './scratch';

/**
 * Wilder's relative strength index, 0 to 100: the share of gains in all movement, both as Wilder averages. First value at
 * index `period`; 0 where nothing has moved yet. TA-Lib: RSI, except that it takes movement below 1e-14 as none, whatever
 * the unit of the price.
 */
export class RelativeStrength {
  private previous = NaN;
  private gain = 0;
  private loss = 0;
  private count = 0;
  private readonly strengths = new Scratch();

  constructor(private readonly period: number) {}

  /** RSI at each value of the next chunk; holds until the next call. */
  fill(values: Float64Array): Float64Array {
    const strengths = this.strengths.of(values.length);
    const seeding = Math.min(values.length, Math.max(0, this.period + 1 - this.count));
    for (let i = 0; i < seeding; i += 1) strengths[i] = this.seed(values[i] ?? NaN);
    // Both averages in variables, in one loop: neither waits for the other.
    const weight = 1 / this.period;
    const kept = (this.period - 1) / this.period;
    let { previous, gain, loss } = this;
    for (let i = seeding; i < strengths.length; i += 1) {
      const value = values[i] ?? NaN;
      const change = value - previous;
      previous = value;
      // Half of size and change is the change where it is positive, else 0: exact, and no branch that has to be guessed.
      const size = Math.abs(change);
      gain = gain * kept + 0.5 * (size + change) * weight;
      loss = loss * kept + 0.5 * (size - change) * weight;
      strengths[i] = shareOf(gain, loss);
    }
    [this.previous, this.gain, this.loss] = [previous, gain, loss];
    return strengths;
  }

  push(value: number): number {
    return this.fill(Float64Array.of(value))[0] ?? NaN;
  }

  /** As in every average of TA-Lib: the first is the plain mean of the first `period` changes. */
  private seed(value: number): number {
    const change = value - this.previous;
    this.previous = value;
    this.count += 1;
    if (this.count === 1) return NaN;
    this.gain += gainOf(change);
    this.loss += gainOf(-change);
    if (this.count <= this.period) return NaN;
    this.gain /= this.period;
    this.loss /= this.period;
    return shareOf(this.gain, this.loss);
  }
}

function shareOf(gain: number, loss: number): number {
  const movement = gain + loss;
  return movement === 0 ? 0 : 100 * (gain / movement);
}
