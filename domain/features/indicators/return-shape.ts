import { History } from './history';
import { RollingMoments, type Moments } from './rolling-moments';
import { Scratch } from './scratch';

/** How the returns of the window at each value lie around their mean; NaN where they are all equal. */
export interface ReturnShape {
  readonly moments: Moments;
  /** Mean of the third power of the distances from the mean, in standard deviations (divisor n). */
  readonly skewness: Float64Array;
  /** The same of the fourth power: 3 for a normal distribution. */
  readonly kurtosis: Float64Array;
  /** Correlation of each with the one before it, around one mean (Box and Jenkins). */
  readonly autocorrelation: Float64Array;
}

/** The shape of the last `size` one-bar returns, each value computed anew from the window. */
export class ReturnShapes {
  private readonly history: History;
  private readonly moments: RollingMoments;
  private readonly skewness = new Scratch();
  private readonly kurtosis = new Scratch();
  private readonly autocorrelation = new Scratch();

  constructor(private readonly size: number) {
    this.history = new History(size - 1);
    this.moments = new RollingMoments(size);
  }

  /** At each return of the next chunk; all columns hold until the next call. */
  fill(chunk: Float64Array): ReturnShape {
    const returns = this.history.extend(chunk);
    const moments = this.moments.fill(chunk);
    const { size } = this;
    const rows = chunk.length;
    const [skewness, kurtosis] = [this.skewness.of(rows), this.kurtosis.of(rows)];
    const autocorrelation = this.autocorrelation.of(rows);
    for (let i = 0; i < rows; i += 1) {
      const mean = moments.means[i] ?? NaN;
      const squares = moments.squares[i] ?? NaN;
      let [third, fourth, products, before] = [0, 0, 0, 0];
      for (let k = i; k < i + size; k += 1) {
        const distance = (returns[k] ?? NaN) - mean;
        const square = distance * distance;
        third += square * distance;
        fourth += square * square;
        products += distance * before;
        before = distance;
      }
      const variance = squares / size;
      const spreads = squares > 0;
      skewness[i] = spreads ? third / size / (variance * Math.sqrt(variance)) : NaN;
      kurtosis[i] = spreads ? fourth / size / (variance * variance) : NaN;
      autocorrelation[i] = spreads ? products / squares : NaN;
    }
    return { moments, skewness, kurtosis, autocorrelation };
  }
}
