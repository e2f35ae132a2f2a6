import { normalQuantile } from '../core/normal';
import { probabilisticSharpe } from './psr';
import type { SharpeMoments } from './sharpe';

const EULER_MASCHERONI = 0.5772156649015329;

/**
 * SR0: the largest Sharpe ratio to be expected of `trials` trials without any skill, whose ratios have `variance` among
 * them (Bailey & López de Prado, "The deflated Sharpe ratio", Journal of Portfolio Management 40, 2014):
 *
 *     SR0 = √V·((1 - γ)·Φ⁻¹(1 - 1/N) + γ·Φ⁻¹(1 - 1/(N·e)))
 *
 * Per observation, as the ratios behind `variance` are. 0 for one trial: nothing was chosen.
 */
export function expectedMaximumSharpe(trials: number, variance: number): number {
  if (!(trials > 1)) return 0;
  const expected =
    (1 - EULER_MASCHERONI) * normalQuantile(1 - 1 / trials) +
    EULER_MASCHERONI * normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(variance) * expected;
}

/**
 * DSR, the deflated Sharpe ratio: PSR against SR0, so the probability, in [0, 1], that the true Sharpe ratio is more than
 * what the luckiest of so many trials without skill shows (same source).
 */
export function deflatedSharpe(moments: SharpeMoments, trials: number, variance: number): number {
  return probabilisticSharpe(moments, expectedMaximumSharpe(trials, variance));
}
