import { bootstrapSums, columnSums, meanBlockRows, percentileInterval } from '../core/bootstrap';
import { DAY_MS } from '../core/durations';
import { gatherRows } from '../core/matrix';
import type { Metric } from '../core/metric';
import { randomFromSeed } from '../core/random';
import type { Backtest } from './backtest';
import { backtestMetrics, backtestTerms } from './backtest-terms';

/** Of fewer dates the spread of a Sharpe ratio is not to be known: it stands without an interval. */
const LEAST_DAYS = 30;

/** What a strategy made in one regime. */
export interface RegimeReturns {
  /**
   * Mean over standard deviation of the returns after costs of the regime's bars, flat ones included, times the root of all
   * bars in a year: what a year would give that is nothing but this regime. null where the capital never moved in it.
   */
  readonly sharpe: Metric | null;
  /** UTC dates with such a bar, mean over the paths. */
  readonly days: number;
}

/** A backtest, and how its bars are resampled. */
export interface PathReturns {
  readonly backtest: Backtest;
  readonly horizonBars: number;
  readonly samples: number;
}

/**
 * The returns of the bars that began in a regime: a bar belongs to the regime of the close before it. Its own close tells of
 * its own return: in the regimes that rise, longs would have won by definition.
 *
 * The interval is the 95 % percentile interval of block resamples of these bars, of all paths together; null below 30 dates.
 *
 * @param isRegime whether a row of the series closed in the regime
 */
export function regimeReturns(
  paths: readonly PathReturns[],
  isRegime: (row: number) => boolean,
  seed: number,
): RegimeReturns {
  const parts = paths.map((path) => ({ ...path, bars: barsOf(path.backtest, isRegime) }));
  const days = parts.reduce((sum, { backtest, bars }) => sum + datesOf(backtest, bars), 0) / Math.max(1, parts.length);
  const numbers = parts.map(({ backtest, bars, horizonBars, samples }) => {
    const terms = gatherRows(backtestTerms(backtest), bars);
    const sharpe = (sums: Float64Array): number => backtestMetrics(sums, backtest.barsPerYear).sharpe;
    const blocks = { samples, meanBlockRows: meanBlockRows(terms.rows, horizonBars) };
    const hasMoved = bars.some((bar) => backtest.track.returns[bar] !== 0);
    return {
      point: hasMoved ? sharpe(columnSums(terms)) : NaN,
      draws: hasMoved && days >= LEAST_DAYS ? bootstrapSums(terms, blocks, randomFromSeed(seed), sharpe) : [],
    };
  });
  const values = numbers.map(({ point }) => point).filter(Number.isFinite);
  if (values.length === 0) return { sharpe: null, days: Math.round(days) };
  const interval = percentileInterval(numbers.flatMap(({ draws }) => draws));
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  return { sharpe: { value, low: interval?.low ?? null, high: interval?.high ?? null }, days: Math.round(days) };
}

function barsOf({ track }: Backtest, isRegime: (row: number) => boolean): readonly number[] {
  return [...track.row.keys()].filter((bar) => isRegime((track.row[bar] ?? NaN) - 1));
}

function datesOf({ track }: Backtest, bars: readonly number[]): number {
  return new Set(bars.map((bar) => Math.floor((track.time[bar] ?? NaN) / DAY_MS))).size;
}
