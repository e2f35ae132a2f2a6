import { Product } from '../columns';
import { RollingMoments } from './rolling-moments';
import { RollingSum } from './rolling-sum';
import { Scratch } from './scratch';

/** Lags in bars over which the growth of the spread is measured. */
const LAGS = [1, 2, 4, 8, 16] as const;

/**
 * Variance of overlapping returns over `lag` bars by `lag` times that of one bar, both around the mean return of the last
 * `size` bars: 1 for a random walk, above for trends, below for reversals; NaN where nothing moved. First value at the return
 * number `size`. Lo and MacKinlay (1988), with their correction for overlap.
 */
export class VarianceRatio {
  private readonly single: RollingMoments;
  private readonly longer: RollingSum;
  private readonly several: RollingMoments;
  private readonly ratios = new Scratch();

  constructor(
    private readonly lag: number,
    private readonly size: number,
  ) {
    this.single = new RollingMoments(size);
    this.longer = new RollingSum(lag);
    this.several = new RollingMoments(size - lag + 1);
  }

  /** At each one-bar return of the next chunk; holds until the next call. */
  fill(returns: Float64Array): Float64Array {
    const { lag, size } = this;
    const single = this.single.fill(returns);
    const several = this.several.fill(this.longer.fill(returns));
    const terms = size - lag + 1;
    const ratios = this.ratios.of(returns.length);
    for (let i = 0; i < ratios.length; i += 1) {
      // Around lag times the mean of the one-bar returns, not around the mean of the long ones.
      const shift = (several.means[i] ?? NaN) - lag * (single.means[i] ?? NaN);
      const squares = (several.squares[i] ?? NaN) + terms * shift * shift;
      const ofOne = (single.squares[i] ?? NaN) / (size - 1);
      ratios[i] = ofOne > 0 ? squares / (lag * terms * (1 - lag / size)) / ofOne : NaN;
    }
    return ratios;
  }
}

/**
 * Generalised Hurst exponent of order 2 over the last `size` bars: the slope of ln √(mean squared return over τ bars) on ln τ
 * for τ = 1 … 16; 0.5 for a random walk. NaN where nothing moved. First value at the return number `size`. Di Matteo (2007).
 */
export class HurstExponent {
  private readonly parts: readonly HurstPart[];
  private readonly exponents = new Scratch();

  constructor(size: number) {
    const logs = LAGS.map((lag) => Math.log(lag));
    const mean = logs.reduce((sum, log) => sum + log, 0) / LAGS.length;
    const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
    this.parts = LAGS.map((lag, i) => ({
      longer: new RollingSum(lag),
      square: new Product(),
      sum: new RollingSum(size - lag + 1),
      terms: size - lag + 1,
      // The slope of a line through y is a weighted sum of them; the root is half the logarithm.
      weight: ((logs[i] ?? NaN) - mean) / squares / 2,
    }));
  }

  /** At each one-bar return of the next chunk; holds until the next call. */
  fill(returns: Float64Array): Float64Array {
    const exponents = this.exponents.of(returns.length).fill(0);
    for (const { longer, square, sum, terms, weight } of this.parts) {
      const overLag = longer.fill(returns);
      const squares = sum.fill(square.fill(overLag, overLag));
      for (let i = 0; i < exponents.length; i += 1) {
        exponents[i] = (exponents[i] ?? NaN) + weight * Math.log((squares[i] ?? NaN) / terms);
      }
    }
    return exponents;
  }
}

interface HurstPart {
  readonly longer: RollingSum;
  readonly square: Product;
  readonly sum: RollingSum;
  readonly terms: number;
  readonly weight: number;
}
