import { at, ratio } from '../numeric';
import { ReturnsWindow } from './returns-window';

/** Lags in bars over which the growth of the spread is measured. */
const LAGS = [1, 2, 4, 8, 16] as const;

/**
 * The path of the log price over the last `size` returns, begun at zero at its first close: how the spread of returns grows
 * with their length. Computed anew for each window.
 */
export class ReturnPath {
  private readonly window: ReturnsWindow;
  private readonly path: Float64Array;

  constructor(private readonly size: number) {
    this.window = new ReturnsWindow(size);
    this.path = new Float64Array(size + 1);
  }

  push(close: number): boolean {
    return this.window.push(close);
  }

  /**
   * Variance of overlapping returns over `lag` bars by `lag` times that of one bar, both around the window's mean return: 1
   * for a random walk, above for trends, below for reversals; NaN where nothing moved. Lo and MacKinlay (1988), with their
   * correction for overlap.
   */
  varianceRatio(lag: number): number {
    this.build();
    const mean = at(this.path, this.size) / this.size;
    const single = this.squaresAround(1, mean) / (this.size - 1);
    const terms = this.size - lag + 1;
    const several = this.squaresAround(lag, lag * mean) / (lag * terms * (1 - lag / this.size));
    return ratio(several, single);
  }

  /**
   * Generalised Hurst exponent of order 2: the slope of ln √(mean squared return over τ bars) on ln τ for τ = 1 … 16; 0.5
   * for a random walk. NaN where nothing moved. Di Matteo (2007).
   */
  hurst(): number {
    this.build();
    let meanX = 0;
    let meanY = 0;
    const ys: number[] = [];
    for (const lag of LAGS) {
      const y = Math.log(this.squaresAround(lag, 0) / (this.size - lag + 1)) / 2;
      ys.push(y);
      meanX += Math.log(lag) / LAGS.length;
      meanY += y / LAGS.length;
    }
    let products = 0;
    let squares = 0;
    for (const [i, lag] of LAGS.entries()) {
      const x = Math.log(lag) - meanX;
      products += x * ((ys[i] ?? NaN) - meanY);
      squares += x * x;
    }
    return products / squares;
  }

  private build(): void {
    const { returns } = this.window;
    let sum = 0;
    for (let i = 0; i < this.size; i += 1) {
      sum += returns.value(i);
      this.path[i + 1] = sum;
    }
  }

  private squaresAround(lag: number, centre: number): number {
    let squares = 0;
    for (let i = lag; i <= this.size; i += 1) {
      const distance = at(this.path, i) - at(this.path, i - lag) - centre;
      squares += distance * distance;
    }
    return squares;
  }
}
