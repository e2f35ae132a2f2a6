import { DAY_MS } from '../core/durations';
import { fail, ok, type Result } from '../core/result';
import type { BacktestInput } from './backtest';
import { runBacktest } from './backtest';

/** What a strategy made on each UTC date of the bars that count: the sum of the log returns of its capital after costs. */
export interface StrategyDays {
  /** Ascending, `2026-03-02`. */
  readonly dates: readonly string[];
  readonly returns: readonly number[];
}

/** Capital that is lost is taken as lost but for this share: a logarithm has no end. */
const LEFT_OF_A_RUIN = 1e-6;
/**
 * The daily log returns of the backtest, by the UTC date on which each bar closed. A date whose bars count and on which
 * nothing was held has 0; a date without such a bar is not there.
 */
function strategyDays(input: BacktestInput): StrategyDays {
  const { track } = runBacktest(input);
  const sums = new Map<number, number>();
  for (const [i, change] of track.returns.entries()) {
    const day = Math.floor((track.time[i] ?? NaN) / DAY_MS);
    sums.set(day, (sums.get(day) ?? 0) + Math.log(Math.max(LEFT_OF_A_RUIN, 1 + change)));
  }
  const days = [...sums.keys()].sort((a, b) => a - b);
  return {
    dates: days.map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10)),
    returns: days.map((day) => sums.get(day) ?? 0),
  };
}

/**
 * The daily returns that stand for a trial of several backtest paths: those of the path with the median Sharpe ratio (of
 * an even number the lower one). Their mean would be a portfolio of models that nobody trades, with less noise than any
 * of them.
 */
export function medianPathDays(paths: readonly BacktestInput[]): Result<StrategyDays> {
  const ranked = paths
    .map(strategyDays)
    .map((days) => ({ days, ratio: ratioOf(days.returns) }))
    .sort((a, b) => a.ratio - b.ratio);
  const median = ranked[Math.floor((ranked.length - 1) / 2)];
  return median === undefined ? fail('Unexpected', 'There is no path to take daily returns from.') : ok(median.days);
}

function ratioOf(returns: readonly number[]): number {
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length;
  return variance > 1e-24 * mean * mean ? mean / Math.sqrt(variance) : 0;
}
