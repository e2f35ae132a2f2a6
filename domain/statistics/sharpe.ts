/** What PSR, DSR and MinTRL know of a series of returns. All of it per observation, nothing annualised. */
export interface SharpeMoments {
  /** Mean over standard deviation (n - 1 in its denominator); 0 where the returns do not vary. */
  readonly sharpe: number;
  readonly observations: number;
  /** Third standardised moment; 0 where the returns do not vary. */
  readonly skew: number;
  /** Fourth standardised moment, 3 for a normal distribution; 3 where the returns do not vary. */
  readonly kurtosis: number;
}

/** Below this the fourth moment cannot be told from 0; no return is as small. */
const SMALLEST_VARIANCE = 1e-60;

/** The moments of a series of returns, in one unit of time each: of daily returns, everything is per day. */
export function sharpeMoments(returns: Float64Array): SharpeMoments {
  const observations = returns.length;
  let total = 0;
  for (const value of returns) total += value;
  const mean = total / observations;
  let [second, third, fourth] = [0, 0, 0];
  for (const value of returns) {
    const deviation = value - mean;
    const square = deviation * deviation;
    second += square;
    third += square * deviation;
    fourth += square * square;
  }
  const variance = second / observations;
  // A constant series leaves a variance of rounding only, and a Sharpe ratio of millions.
  if (!(variance > Math.max(SMALLEST_VARIANCE, 1e-24 * mean * mean)))
    return { sharpe: 0, observations, skew: 0, kurtosis: 3 };
  return {
    sharpe: mean / Math.sqrt((variance * observations) / (observations - 1)),
    observations,
    skew: third / observations / variance ** 1.5,
    kurtosis: fourth / observations / variance ** 2,
  };
}

/**
 * The variance that the estimate of a Sharpe ratio would have with two observations; divided by n - 1 it is that of n:
 * 1 - skew·SR + (kurtosis - 1)/4·SR² (Mertens 2002; Bailey & López de Prado 2012). NaN where rounding leaves nothing.
 */
export function sharpeVariance({ sharpe, skew, kurtosis }: SharpeMoments): number {
  const variance = 1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
  return variance > 0 ? variance : NaN;
}
