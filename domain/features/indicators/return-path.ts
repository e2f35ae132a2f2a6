import { at, ratio } from '../numeric';
import { ReturnsWindow } from './returns-window';

/** Lags in bars over which the growth of the spread is measured, the longest last; `growth` knows them by heart. */
const LAGS = [1, 2, 4, 8, 16] as const;
const LONGEST_LAG = 16;
const LOG_LAGS = LAGS.map((lag) => Math.log(lag));
const MEAN_LOG_LAG = LOG_LAGS.reduce((mean, log) => mean + log / LAGS.length, 0);

/**
 * The path of the log price over the last `size` returns, begun at zero at its first close: how the spread of returns grows
 * with their length. Computed anew for each window.
 */
export class ReturnPath {
  private readonly window: ReturnsWindow;
  private readonly path: Float64Array;
  private readonly spreads = new Float64Array(LAGS.length);

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
    this.growth();
    let meanY = 0;
    for (const [i, lag] of LAGS.entries()) {
      const y = Math.log(at(this.spreads, i) / (this.size - lag + 1)) / 2;
      this.spreads[i] = y;
      meanY += y / LAGS.length;
    }
    let products = 0;
    let squares = 0;
    for (let i = 0; i < LAGS.length; i += 1) {
      const x = (LOG_LAGS[i] ?? NaN) - MEAN_LOG_LAG;
      products += x * (at(this.spreads, i) - meanY);
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

  /**
   * Sums of the squared distances over each lag into `spreads`, added up side by side: each in its own order, but no sum
   * waits for another.
   */
  private growth(): void {
    const { path, size } = this;
    let s1 = this.squaresAround(1, 0, LONGEST_LAG - 1);
    let s2 = this.squaresAround(2, 0, LONGEST_LAG - 1);
    let s4 = this.squaresAround(4, 0, LONGEST_LAG - 1);
    let s8 = this.squaresAround(8, 0, LONGEST_LAG - 1);
    let s16 = 0;
    for (let i = LONGEST_LAG; i <= size; i += 1) {
      const here = at(path, i);
      const d1 = here - at(path, i - 1);
      const d2 = here - at(path, i - 2);
      const d4 = here - at(path, i - 4);
      const d8 = here - at(path, i - 8);
      const d16 = here - at(path, i - 16);
      s1 += d1 * d1;
      s2 += d2 * d2;
      s4 += d4 * d4;
      s8 += d8 * d8;
      s16 += d16 * d16;
    }
    this.spreads[0] = s1;
    this.spreads[1] = s2;
    this.spreads[2] = s4;
    this.spreads[3] = s8;
    this.spreads[4] = s16;
  }

  private squaresAround(lag: number, centre: number, last: number = this.size): number {
    let squares = 0;
    for (let i = lag; i <= last; i += 1) {
      const distance = at(this.path, i) - at(this.path, i - lag) - centre;
      squares += distance * distance;
    }
    return squares;
  }
}
