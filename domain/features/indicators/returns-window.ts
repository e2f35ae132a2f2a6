import { logReturn, ratio } from '../numeric';
import { RollingWindow } from './rolling-window';

/**
 * The last `size` one-bar log returns of a series of closes with their moments, each computed anew from the window. `push`
 * is true once there are `size` returns, at the close with index `size`.
 */
export class ReturnsWindow {
  readonly returns: RollingWindow;
  private previous = NaN;
  private started = false;

  constructor(private readonly size: number) {
    this.returns = new RollingWindow(size);
  }

  push(close: number): boolean {
    const previous = this.previous;
    this.previous = close;
    if (!this.started) {
      this.started = true;
      return false;
    }
    return this.returns.push(logReturn(previous, close));
  }

  /** The newest return in standard deviations from the mean; NaN where all returns are equal. */
  zScore(): number {
    return ratio(this.returns.newest() - this.returns.mean(), this.returns.deviation());
  }

  /** Mean of the distances from the mean to the power `order`, in standard deviations: 3 skewness, 4 kurtosis. */
  standardisedMoment(order: 3 | 4): number {
    const mean = this.returns.mean();
    let squares = 0;
    let powers = 0;
    for (let i = 0; i < this.size; i += 1) {
      const distance = this.returns.value(i) - mean;
      const square = distance * distance;
      squares += square;
      powers += order === 3 ? square * distance : square * square;
    }
    const variance = squares / this.size;
    return ratio(powers / this.size, order === 3 ? variance * Math.sqrt(variance) : variance * variance);
  }

  /** Correlation of each return with the one before it, around one mean (Box and Jenkins); NaN where all are equal. */
  autocorrelation(): number {
    const mean = this.returns.mean();
    let squares = 0;
    let products = 0;
    let before = 0;
    for (let i = 0; i < this.size; i += 1) {
      const distance = this.returns.value(i) - mean;
      squares += distance * distance;
      products += distance * before;
      before = distance;
    }
    return squares > 0 ? products / squares : NaN;
  }

  /** Share of the squared returns that belongs to falls, 0 to 1; NaN where nothing moved. */
  downsideShare(): number {
    let falls = 0;
    let all = 0;
    for (let i = 0; i < this.size; i += 1) {
      const value = this.returns.value(i);
      all += value * value;
      if (value < 0) falls += value * value;
    }
    return ratio(falls, all);
  }

  /** Share of the returns above zero. */
  risingShare(): number {
    let rises = 0;
    for (let i = 0; i < this.size; i += 1) {
      const value = this.returns.value(i);
      if (value > 0) rises += 1;
      else if (Number.isNaN(value)) return NaN;
    }
    return rises / this.size;
  }

  /**
   * Share of the realised variance that comes from jumps, 0 to 1: max(0, 1 − bipower variation / realised variance); NaN
   * where nothing moved. Barndorff-Nielsen and Shephard (2004).
   */
  jumpShare(): number {
    let squares = 0;
    let bipower = 0;
    let before = 0;
    for (let i = 0; i < this.size; i += 1) {
      const size = Math.abs(this.returns.value(i));
      squares += size * size;
      bipower += size * before;
      before = size;
    }
    const continuous = (Math.PI / 2) * bipower * (this.size / (this.size - 1));
    return squares > 0 ? Math.max(0, 1 - continuous / squares) : NaN;
  }

  /** Sum of all returns over the square root of the sum of their squares; NaN where nothing moved. */
  scaledSum(): number {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < this.size; i += 1) {
      const value = this.returns.value(i);
      sum += value;
      squares += value * value;
    }
    return ratio(sum, Math.sqrt(squares));
  }
}
