import { columnSums } from '../core/bootstrap';
import { CLASS_COUNT, CLASS_NAMES } from '../core/classes';
import type { PrimaryResult } from '../core/evaluation';
import { emptyMatrix, type Matrix } from '../core/matrix';
import { runBacktest, type BacktestInput } from './backtest';
import { backtestMetrics, backtestTerms } from './backtest-terms';

/**
 * The backtest of the primary rule by itself: every side that it takes is acted on, as by a model that is always sure. What
 * the model adds is what it leaves out of this. Null where the labels are no meta-labels.
 */
export function primaryAlone(paths: readonly BacktestInput[]): PrimaryResult | null {
  if (paths.length === 0 || paths.some(({ primary }) => primary === undefined)) return null;
  const alone = paths.map((path) => {
    const settings = { ...path.settings, minEdge: 0 };
    const backtest = runBacktest({ ...path, probabilities: allRight(path.rows.length), settings });
    const { sharpe, winRate } = backtestMetrics(columnSums(backtestTerms(backtest)), backtest.barsPerYear);
    return { sharpe, winRate: Number.isFinite(winRate) ? winRate : 0, trades: backtest.trades.length };
  });
  const mean = (of: (path: PrimaryResult) => number): number =>
    alone.reduce((sum, path) => sum + of(path), 0) / alone.length;
  return {
    sharpe: mean((path) => (Number.isFinite(path.sharpe) ? path.sharpe : 0)),
    winRate: mean((path) => path.winRate),
    trades: Math.round(mean((path) => path.trades)),
  };
}

function allRight(rows: number): Matrix {
  const probabilities = emptyMatrix(rows, CLASS_COUNT);
  for (let row = 0; row < rows; row += 1) probabilities.data[row * CLASS_COUNT + CLASS_NAMES.indexOf('up')] = 1;
  return probabilities;
}
