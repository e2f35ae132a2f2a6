import { normalCdf } from '../core/normal';
import type { SharpeMoments } from './sharpe';
import { sharpeVariance } from './sharpe';

/**
 * PSR, the probabilistic Sharpe ratio: the probability, in [0, 1], that the true Sharpe ratio lies above `benchmark`,
 * given length, skew and kurtosis of the record (Bailey & López de Prado, "The Sharpe ratio efficient frontier", 2012):
 *
 *     PSR(SR*) = Φ( (SR - SR*)·√(n - 1) / √(1 - skew·SR + (kurtosis - 1)/4·SR²) )
 *
 * Both ratios per observation. NaN with fewer than two observations.
 */
export function probabilisticSharpe(moments: SharpeMoments, benchmark: number): number {
  if (moments.observations < 2) return NaN;
  const spread = Math.sqrt(sharpeVariance(moments) / (moments.observations - 1));
  return normalCdf((moments.sharpe - benchmark) / spread);
}
