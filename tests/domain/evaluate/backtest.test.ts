import fc from 'fast-check';
import { randomFromSeed } from '../../../domain/core/random';
import { runBacktest } from '../../../domain/evaluate/backtest';
import { backtestMetrics, backtestTerms, turnoverPerYear } from '../../../domain/evaluate/backtest-terms';
import { primaryAlone } from '../../../domain/evaluate/primary-alone';
import { columnSums } from '../../../domain/core/bootstrap';
import { HOUR_MS, randomMarket, scoreMatrix, sidesOf, smallBacktest, type SideRow } from './market';

/** A row that nothing can be entered on. */
const NOTHING: SideRow = [NaN, NaN, -1, NaN, -1];

function metricsOf(backtest: ReturnType<typeof runBacktest>) {
  return backtestMetrics(columnSums(backtestTerms(backtest)), backtest.barsPerYear);
}

describe('one long trade, by hand', () => {
  // Decided at row 0, entered at the open of row 1 (100), take-profit at 110 in row 3.
  const input = smallBacktest([99, 102, 104, 108, 107], [0.5, 0.5, 0.5], [[100, 110, 3, 95, 2], NOTHING, NOTHING]);

  it('enters at the next open, is marked at closes and leaves at the exit price', () => {
    const { trades, track } = runBacktest(input);
    expect(trades).toHaveLength(1);
    expect(trades[0]).toMatchObject({ side: 1, signalRow: 0, exitRow: 3, entry: 100, exit: 110 });
    expect(trades[0]?.netReturn).toBeCloseTo(0.1, 14);
    expect([...track.row]).toEqual([1, 2, 3]);
    expect([...track.time]).toEqual([HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS]);
    for (const [i, expected] of [1.02, 1.04, 1.1].entries()) expect(track.equity[i]).toBeCloseTo(expected, 14);
    for (const [i, expected] of [0.02, 1.04 / 1.02 - 1, 1.1 / 1.04 - 1].entries()) {
      expect(track.returns[i]).toBeCloseTo(expected, 14);
    }
  });

  it('pays cost and slippage on each side, to 1e-12', () => {
    const { trades, track } = runBacktest({ ...input, settings: { costBps: 7, slippageBps: 3, minEdge: 0 } });
    // Bought at 100 · 1.0003 = 100.03, sold at 110 · 0.9997 = 109.967.
    expect(trades[0]?.entryFill).toBeCloseTo(100.03, 12);
    expect(trades[0]?.exitFill).toBeCloseTo(109.967, 12);
    const growth = 109.967 / 100.03;
    expect(Math.abs((trades[0]?.netReturn ?? NaN) - (growth - 1 - 0.0007 - 0.0007 * growth))).toBeLessThan(1e-12);
    expect(Math.abs((trades[0]?.tradedValue ?? NaN) - (1 + growth))).toBeLessThan(1e-12);
    expect(Math.abs((track.equity[0] ?? NaN) - (102 / 100.03 - 0.0007))).toBeLessThan(1e-12);
    expect(track.equity[2]).toBe(1 + (trades[0]?.netReturn ?? NaN));
  });

  it('needs an edge above minEdge, not at it', () => {
    const edge = (input.probabilities.data[2] ?? 0) - (input.probabilities.data[0] ?? 0);
    expect(runBacktest({ ...input, settings: { ...input.settings, minEdge: edge } }).trades).toHaveLength(0);
    expect(runBacktest({ ...input, settings: { ...input.settings, minEdge: edge - 1e-9 } }).trades).toHaveLength(1);
  });
});

describe('one short trade, by hand', () => {
  const input = smallBacktest([101, 98, 103, 99], [-0.4, 0, 0], [[100, 120, 3, 96, 2], NOTHING, NOTHING]);

  it('gains what the price falls', () => {
    const { trades, track } = runBacktest(input);
    expect(trades[0]).toMatchObject({ side: -1, signalRow: 0, exitRow: 2, exit: 96 });
    expect(trades[0]?.netReturn).toBeCloseTo(0.04, 14);
    for (const [i, expected] of [1.02, 1.04, 1.04].entries()) expect(track.equity[i]).toBeCloseTo(expected, 14);
    expect(track.returns[2]).toBe(0);
  });

  it('sells lower and buys back higher by the slippage, to 1e-12', () => {
    const { trades } = runBacktest({ ...input, settings: { costBps: 7, slippageBps: 3, minEdge: 0 } });
    expect(trades[0]?.entryFill).toBeCloseTo(99.97, 12);
    expect(trades[0]?.exitFill).toBeCloseTo(96.0288, 12);
    const growth = 96.0288 / 99.97;
    expect(Math.abs((trades[0]?.netReturn ?? NaN) - (1 - growth - 0.0007 - 0.0007 * growth))).toBeLessThan(1e-12);
  });
});

describe('which exit a position meets', () => {
  it('a bar that holds both barriers is the stop of either side', () => {
    // Row 1 spans both barriers, 104 and 96: the caller's labels give 96 to a long and 104 to a short.
    const tie: SideRow = [100, 96, 1, 104, 1];
    const long = runBacktest(smallBacktest([100, 101, 101], [0.3], [tie]));
    const short = runBacktest(smallBacktest([100, 101, 101], [-0.3], [tie]));
    expect(long.trades[0]?.netReturn).toBeCloseTo(-0.04, 14);
    expect(short.trades[0]?.netReturn).toBeCloseTo(-0.04, 14);
  });

  it('a row whose label does not settle, or whose entry bar does not exist, is not traded', () => {
    const unsettled = runBacktest(smallBacktest([100, 101, 102], [0.5, 0.5, 0.5], [[100, NaN, -1, NaN, -1], NOTHING, [100, 101, 3, 99, 3]])); // prettier-ignore
    expect(unsettled.trades).toHaveLength(0);
    expect([...unsettled.track.row]).toEqual([1, 2]);
    expect([...unsettled.track.equity]).toEqual([1, 1]);
  });

  it('a row without a prediction gives no signal', () => {
    expect(runBacktest(smallBacktest([100, 101], [NaN], [[100, 101, 1, 99, 1]])).trades).toHaveLength(0);
  });
});

describe('one position at a time', () => {
  it('the next may be decided in the bar in which the last one ended, not before', () => {
    const always: SideRow[] = Array.from({ length: 8 }, (_, r) => [100, 101, r + 3, 99, r + 3]);
    const { trades } = runBacktest(
      smallBacktest(new Array<number>(12).fill(100), new Array<number>(8).fill(0.2), always),
    );
    expect(trades.map(({ signalRow, exitRow }) => [signalRow, exitRow])).toEqual([[0, 3], [3, 6], [6, 9]]); // prettier-ignore
  });

  it('never overlaps, and the equity is the product of the trades', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 15 }), (seed, horizonBars) => {
        const market = randomMarket(seed, 150, horizonBars, 0.2);
        const { trades, track } = runBacktest({ ...market, settings: { costBps: 2, slippageBps: 1, minEdge: 0.1 } });
        for (const [i, trade] of trades.entries()) {
          expect(trade.exitRow).toBeGreaterThan(trade.signalRow);
          if (i > 0) expect(trade.signalRow).toBeGreaterThanOrEqual(trades[i - 1]!.exitRow);
        }
        expect(track.row.every((row, i) => i === 0 || row > track.row[i - 1]!)).toBe(true);
        const product = trades.reduce((capital, { netReturn }) => capital * (1 + netReturn), 1);
        expect(track.equity.at(-1) ?? 1).toBeCloseTo(product, 12);
      }),
      { numRuns: 50 },
    );
  });

  it('works the same on a window of the series as on the whole', () => {
    const market = randomMarket(3, 100, 5, 0.3);
    const later = {
      ...market,
      rows: market.rows.map((row) => row + 1000),
      sides: {
        ...market.sides,
        t1RowLong: market.sides.t1RowLong.map((row) => row + 1000),
        t1RowShort: market.sides.t1RowShort.map((row) => row + 1000),
      },
      bars: { ...market.bars, firstRow: 1000 },
    };
    const here = runBacktest({ ...market, settings: market.backtest });
    const there = runBacktest({ ...later, settings: market.backtest });
    expect(there.track.equity).toEqual(here.track.equity);
    expect(there.barsPerYear).toBe(here.barsPerYear);
  });
});

describe('the whole capital', () => {
  it('buy and hold: one long position over all bars ends with the growth of the price', () => {
    const random = randomFromSeed(5);
    const closes = [100];
    for (let i = 1; i < 300; i += 1) closes.push((closes[i - 1] ?? 100) * Math.exp(0.01 * random.normal()));
    const last = closes.at(-1) ?? NaN;
    const { track, trades } = runBacktest(smallBacktest(closes, [0.1], [[100, last, 299, last, 299]]));
    expect(trades).toHaveLength(1);
    for (const [i, row] of track.row.entries()) expect(track.equity[i]).toBeCloseTo((closes[row] ?? NaN) / 100, 12);
  });

  it('a short position that loses everything is closed at that bar and trading ends', () => {
    const sides: SideRow[] = [[100, 100, 3, 100, 3], NOTHING, NOTHING, [100, 90, 4, 90, 4]];
    const { trades, track } = runBacktest(smallBacktest([100, 150, 220, 100, 90], [-0.5, 0, 0, -0.5], sides));
    expect(trades).toHaveLength(1);
    expect(trades[0]).toMatchObject({ exitRow: 2, exit: 220, netReturn: -1 });
    expect([...track.equity]).toEqual([0.5, 0, 0, 0]);
    expect([...track.returns]).toEqual([-0.5, -1, 0, 0]);
  });
});

describe('metrics of a backtest, by hand', () => {
  // Two long trades, +10 % over rows 1–2 and -5 % over row 4, and a flat bar 3; row 5 is flat too.
  const sides: SideRow[] = [[100, 110, 2, 0, -1], NOTHING, NOTHING, [100, 95, 4, 0, -1], NOTHING];
  const backtest = runBacktest(smallBacktest([100, 104, 110, 100, 95, 95], [0.2, 0.2, 0, 0.2, 0], sides));

  it('Sharpe ratio from the returns of all bars, annualised by the bars in a year', () => {
    const returns = [0.04, 1.1 / 1.04 - 1, 0, -0.05, 0];
    const mean = returns.reduce((a, b) => a + b, 0) / 5;
    const variance = returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 4;
    expect(backtest.barsPerYear).toBeCloseTo(24 * 365.25, 8);
    expect(metricsOf(backtest).sharpe).toBeCloseTo((mean / Math.sqrt(variance)) * Math.sqrt(24 * 365.25), 10);
  });

  it('win rate, profit factor and turnover', () => {
    expect(metricsOf(backtest).winRate).toBe(0.5);
    expect(metricsOf(backtest).profitFactor).toBeCloseTo(2, 12);
    // Bought 1 and sold 1.1, bought 1 and sold 0.95, in five hours.
    expect(turnoverPerYear(backtest)).toBeCloseTo((4.05 / 5) * 24 * 365.25, 8);
  });

  it('measures bars per year from the times of the data, weekends included', () => {
    const input = smallBacktest([100, 104, 110, 100, 95, 95], [0.2, 0.2, 0, 0.2, 0], sides);
    const time = input.bars.time.map((t, i) => (i >= 3 ? t + 48 * HOUR_MS : t));
    const gapped = runBacktest({ ...input, bars: { ...input.bars, time } });
    expect(gapped.barsPerYear).toBeCloseTo((5 / 53) * 24 * 365.25, 8);
  });

  it('does not count the bars between two folds', () => {
    const input = smallBacktest(new Array<number>(100).fill(100), [0, 0, 0, 0], [NOTHING, NOTHING, NOTHING, NOTHING]);
    expect([...runBacktest({ ...input, rows: Int32Array.from([0, 1, 90, 91]) }).track.row]).toEqual([1, 2, 91, 92]);
  });

  it('caps the profit factor where nothing was lost, and is 0 where nothing was won', () => {
    const one = (exit: number) =>
      metricsOf(runBacktest(smallBacktest([100, 100, 100], [0.2], [[100, exit, 1, 0, -1]])));
    expect(one(110).profitFactor).toBe(1000);
    expect(one(90).profitFactor).toBe(0);
    expect(one(100).profitFactor).toBe(0);
  });

  it('is undefined without a trade, and the Sharpe ratio 0', () => {
    const idle = metricsOf(runBacktest(smallBacktest([100, 101, 102], [0, 0], [NOTHING, NOTHING])));
    expect(idle.sharpe).toBe(0);
    expect(idle.winRate).toBeNaN();
    expect(idle.profitFactor).toBeNaN();
  });

  it('survives no rows at all', () => {
    const empty = runBacktest({ ...smallBacktest([100], [], []), probabilities: scoreMatrix([]), sides: sidesOf([]) });
    expect(empty.trades).toHaveLength(0);
    expect(turnoverPerYear(empty)).toBe(0);
    expect(metricsOf(empty).sharpe).toBe(0);
  });
});

describe('a primary rule that takes the side', () => {
  // Row 0 could be traded either way: long to 110 in row 3, short from 100 to 95 in row 2.
  const market = (score: number) =>
    smallBacktest([99, 102, 98, 108, 107], [score, 0, 0], [[100, 110, 3, 95, 2], NOTHING, NOTHING]);
  const tradesOf = (score: number, side: number, minEdge = 0) => {
    const input = market(score);
    const settings = { ...input.settings, minEdge };
    return runBacktest({ ...input, primary: Int8Array.of(side, 0, 0), settings }).trades;
  };

  it('is acted on where the forecast says right, on its side', () => {
    expect(tradesOf(0.4, 1)).toMatchObject([{ side: 1, exit: 110, exitRow: 3 }]);
    expect(tradesOf(0.4, -1)).toMatchObject([{ side: -1, exit: 95, exitRow: 2 }]);
  });

  it('is left alone where the forecast says wrong or not enough: nobody takes the other side', () => {
    expect(tradesOf(-0.4, 1)).toEqual([]);
    expect(tradesOf(-0.4, -1)).toEqual([]);
    expect(tradesOf(0.4, 1, 0.41)).toEqual([]);
  });

  it('takes no side where it has none', () => {
    expect(tradesOf(0.9, 0)).toEqual([]);
  });

  it('by itself is traded wherever it takes a side, however high the edge that its model must have', () => {
    const input = market(-0.9);
    const path = { ...input, primary: Int8Array.of(-1, 0, 0), settings: { ...input.settings, minEdge: 1 } };
    expect(primaryAlone([path])).toMatchObject({ trades: 1, winRate: 1 });
    expect(primaryAlone([path, { ...path, primary: Int8Array.of(0, 0, 0) }])).toMatchObject({ winRate: 0.5 });
    expect(primaryAlone([input])).toBeNull();
  });
});
