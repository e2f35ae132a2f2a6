import { normalQuantile } from '../core/normal';
import type { SharpeMoments } from './sharpe';
import { sharpeVariance } from './sharpe';

/**
 * MinTRL, the minimum track record length: how many observations of this Sharpe ratio, skew and kurtosis it takes until
 * PSR(benchmark) reaches `confidence` (Bailey & López de Prado 2012):
 *
 *     MinTRL = 1 + (1 - skew·SR + (kurtosis - 1)/4·SR²)·(Φ⁻¹(confidence) / (SR - SR*))²
 *
 * In observations, not rounded. null where the ratio does not lie above the benchmark: no length would do.
 */
export function minimumTrackRecordLength(moments: SharpeMoments, benchmark: number, confidence: number): number | null {
  const lead = moments.sharpe - benchmark;
  if (!(lead > 0)) return null;
  const length = 1 + sharpeVariance(moments) * (normalQuantile(confidence) / lead) ** 2;
  return Number.isFinite(length) ? length : null;
}
