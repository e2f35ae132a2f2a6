import { deflatedSharpe, expectedMaximumSharpe } from './dsr';
import { minimumTrackRecordLength } from './min-trl';
import { probabilisticSharpe } from './psr';
import type { SharpeMoments } from './sharpe';
import { sharpeVariance } from './sharpe';

/** What all trials of a study say together about how much luck its best one may have had. */
export interface StudyLuck {
  /** Every evaluated configuration of the study. */
  readonly trials: number;
  /** Variance of the Sharpe ratios among the trials, as measured; 0 for one trial. */
  readonly sharpeVariance: number;
  /** Mean correlation of the trials' returns; null where too few have instants in common. */
  readonly meanCorrelation: number | null;
  /** The variance that SR0 is computed with: the measured one, or noise alone where that is larger. */
  readonly usedVariance: number;
  /** SR0: the largest Sharpe ratio to be expected of so many trials without skill. */
  readonly expectedMaximum: number;
}

/** How one trial stands against the luck of its study. Ratios per observation. */
export interface Deflated extends SharpeMoments {
  /** PSR against 0. */
  readonly psr: number;
  /** PSR against SR0. */
  readonly dsr: number;
  /** Observations until PSR against SR0 reaches the confidence; null where the ratio does not lie above SR0. */
  readonly minTrl: number | null;
}

/**
 * SR0 of a study. Every trial counts in full and no "effective number" of trials is put in its place: for trials that
 * are correlated by ρ, the largest of N is expected at σ·√(1 - ρ) times that of N independent ones, and the variance
 * measured among them is σ²·(1 - ρ) already (Bailey & López de Prado 2014, appendix A.3, replace N because they take the
 * variance of independent trials). Putting in a smaller N besides would discount the correlation twice.
 *
 * The variance measured among a handful of trials is itself a matter of luck. It is therefore never taken as smaller
 * than what the noise of the estimates alone leaves between trials that are correlated as these are:
 * (1 - ρ̄)·(mean variance of their Sharpe ratios). On published examples with many trials this floor does not bind.
 */
export function luckOf(trials: readonly SharpeMoments[], meanCorrelation: number | null): StudyLuck {
  const measured = varianceOf(trials.map(({ sharpe }) => sharpe));
  const noise = meanOf(
    trials
      .filter(({ observations }) => observations > 1)
      .map((trial) => sharpeVariance(trial) / (trial.observations - 1)),
  );
  const floor = (1 - Math.max(0, meanCorrelation ?? 0)) * (Number.isFinite(noise) ? noise : 0);
  const usedVariance = Math.max(measured, floor);
  return {
    trials: trials.length,
    sharpeVariance: measured,
    meanCorrelation,
    usedVariance,
    expectedMaximum: expectedMaximumSharpe(trials.length, usedVariance),
  };
}

/** PSR, DSR and MinTRL of one trial of the study, at `confidence` (0.95 say). */
export function deflate(trial: SharpeMoments, luck: StudyLuck, confidence: number): Deflated {
  return {
    ...trial,
    psr: probabilisticSharpe(trial, 0),
    dsr: deflatedSharpe(trial, luck.trials, luck.usedVariance),
    minTrl: minimumTrackRecordLength(trial, luck.expectedMaximum, confidence),
  };
}

/**
 * Mean correlation over all pairs of series on the same instants, through the variance of their standardised sum:
 * ρ̄ = (Var(Σz)/N - 1)/(N - 1). Series that do not vary are left out; null with fewer than two others or three instants.
 */
export function meanCorrelation(series: readonly Float64Array[]): number | null {
  const length = series[0]?.length ?? 0;
  const standardised = series.map(standardise).filter((values) => values !== null);
  const count = standardised.length;
  if (count < 2 || length < 3) return null;
  const sums = new Float64Array(length);
  for (const values of standardised) {
    for (let i = 0; i < length; i += 1) sums[i] = (sums[i] ?? 0) + (values[i] ?? NaN);
  }
  const variance = meanOf(sums.map((sum) => sum * sum));
  return Number.isFinite(variance) ? (variance / count - 1) / (count - 1) : null;
}

function standardise(values: Float64Array): Float64Array | null {
  const mean = meanOf(values);
  let square = 0;
  for (const value of values) square += (value - mean) * (value - mean);
  const spread = Math.sqrt(square / values.length);
  return spread > 1e-12 * Math.abs(mean) ? values.map((value) => (value - mean) / spread) : null;
}

function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

function meanOf(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
