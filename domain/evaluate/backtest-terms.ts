import { emptyMatrix, type Matrix } from '../core/matrix';
import type { Backtest } from './backtest';

const COLUMN = { bars: 0, returns: 1, squares: 2, trades: 3, wins: 4, profit: 5, loss: 6 } as const;
const COLUMN_COUNT = 7;

/** JSON has no infinity: a strategy without a loss has this profit factor, and none has more. */
const MAX_PROFIT_FACTOR = 1000;
const TINY = 1e-12;
/** A variance below this share of the mean square is rounding. */
const NO_VARIANCE = 1e-12;

/** Metrics of a backtest that are functions of sums over its bars; NaN where there is no trade. */
export interface BacktestMetrics {
  /**
   * Mean over standard deviation (n - 1) of the returns of all bars that count, flat ones included, times the square
   * root of the bars in a year; no risk-free rate. 0 where the capital never moved.
   */
  readonly sharpe: number;
  /** Share of trades with a positive net return. */
  readonly winRate: number;
  /**
   * Sum of the positive net returns over the sum of the negative ones, each relative to the capital at its entry; at most
   * MAX_PROFIT_FACTOR, 0 where nothing was won.
   */
  readonly profitFactor: number;
}

/** The terms of each bar that counts; a trade belongs to the bar of its entry. */
export function backtestTerms({ trades, track }: Backtest): Matrix {
  const terms = emptyMatrix(track.row.length, COLUMN_COUNT);
  for (const [i, change] of track.returns.entries()) {
    terms.data[i * COLUMN_COUNT + COLUMN.bars] = 1;
    terms.data[i * COLUMN_COUNT + COLUMN.returns] = change;
    terms.data[i * COLUMN_COUNT + COLUMN.squares] = change * change;
  }
  let bar = 0;
  for (const { signalRow, netReturn } of trades) {
    while ((track.row[bar] ?? Infinity) < signalRow + 1) bar += 1;
    const start = bar * COLUMN_COUNT;
    terms.data[start + COLUMN.trades] = 1;
    terms.data[start + COLUMN.wins] = netReturn > 0 ? 1 : 0;
    terms.data[start + COLUMN.profit] = Math.max(0, netReturn);
    terms.data[start + COLUMN.loss] = Math.max(0, -netReturn);
  }
  return terms;
}

export function backtestMetrics(sums: Float64Array, barsPerYear: number): BacktestMetrics {
  const at = (column: number): number => sums[column] ?? NaN;
  const trades = at(COLUMN.trades);
  const profit = at(COLUMN.profit);
  return {
    sharpe: sharpeRatio(at(COLUMN.bars), at(COLUMN.returns), at(COLUMN.squares), barsPerYear),
    winRate: at(COLUMN.wins) / trades,
    profitFactor: trades === 0 ? NaN : Math.min(MAX_PROFIT_FACTOR, profit / Math.max(at(COLUMN.loss), TINY)),
  };
}

/**
 * Value bought and sold per year as a multiple of the capital: the sum over trades of (value bought + value sold) /
 * capital at entry, divided by the years of the bars that count. One round trip a week gives about 104.
 */
export function turnoverPerYear({ trades, track, barsPerYear }: Backtest): number {
  if (track.row.length === 0 || barsPerYear === 0) return 0;
  const traded = trades.reduce((sum, trade) => sum + trade.tradedValue, 0);
  return traded / (track.row.length / barsPerYear);
}

function sharpeRatio(bars: number, sum: number, squares: number, barsPerYear: number): number {
  if (bars < 2) return 0;
  const mean = sum / bars;
  const variance = (squares - sum * mean) / (bars - 1);
  if (!(variance > (NO_VARIANCE * squares) / bars)) return 0;
  return (mean / Math.sqrt(variance)) * Math.sqrt(barsPerYear);
}
