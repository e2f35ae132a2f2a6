import { DAY_MS } from '../core/durations';
import type { Matrix } from '../core/matrix';
import { directionScore } from './test-rows';
import { fillPrice, positionValue, roundTrip, type BacktestSettings, type Side, type Trade } from './trade';

/** Bars of the series, `time` (close instant, epoch ms) and `close`; element 0 is row `firstRow` of the series. */
export interface MarkingBars {
  readonly firstRow: number;
  readonly time: Float64Array;
  readonly close: Float64Array;
}

/**
 * For each test row, what a position entered at the open of the next bar meets, from labels made with that side (so that
 * a bar that holds both barriers is the stop). NaN and -1 where the series ends too soon or no barrier can be set.
 */
export interface SideOutcomes {
  readonly entry: Float64Array;
  readonly exitLong: Float64Array;
  readonly t1RowLong: Int32Array;
  readonly exitShort: Float64Array;
  readonly t1RowShort: Int32Array;
}

export interface BacktestInput {
  /** Row number in the series of each test row, ascending. */
  readonly rows: Int32Array;
  /** Test rows × CLASS_COUNT; a row with a NaN gives no signal. */
  readonly probabilities: Matrix;
  readonly sides: SideOutcomes;
  /** Side that a primary rule took at each test row (1, -1, 0 none), of meta-labels: forecasts say whether it is right. */
  readonly primary?: Int8Array;
  readonly bars: MarkingBars;
  readonly settings: BacktestSettings;
}

/** Capital at the close of each bar that counts, in time order. */
export interface CapitalTrack {
  /** Row number of each bar in the series. */
  readonly row: Int32Array;
  readonly time: Float64Array;
  /** Capital, starting at 1 before the first bar; never negative. */
  readonly equity: Float64Array;
  /** Change of the capital over the bar, relative to the bar before; 0 while flat. */
  readonly returns: Float64Array;
}

export interface Backtest {
  readonly trades: readonly Trade[];
  readonly track: CapitalTrack;
  /** Bars of this series in a year of 365.25 days, measured between the first test row and the last bar that counts. */
  readonly barsPerYear: number;
}

const YEAR_MS = 365.25 * DAY_MS;

/**
 * Trades the forecasts, one position at a time, with all of the capital.
 *
 * - At the close of a test row, if flat and |P(up) - P(down)| > minEdge, a position is entered at the open of the next
 *   bar, long where the score is positive. It is held until its label's t1 and closed at the label's exit price.
 * - With a primary rule the score is P(right) - P(wrong): a position is entered on the side of the rule where the score
 *   exceeds minEdge, and none where it does not. The rule decides the side, the forecast whether to act.
 * - A new decision may fall at the close of the bar in which the position ended, not before. A row whose label has no
 *   entry or no exit (the series ends first) gives no position.
 * - The bars that count are those right after a test row and those in which a position is held; the purged bars between
 *   two folds do not dilute the result. Capital is marked at each bar's close, so a drawdown inside a bar is not seen.
 * - A position worth nothing at a close is closed there, everything lost; nothing is traded afterwards.
 */
export function runBacktest(input: BacktestInput): Backtest {
  const { rows, bars, settings } = input;
  const endRow = bars.firstRow + bars.time.length;
  const book = openBook();
  let freeFrom = -Infinity;
  for (const [i, row] of rows.entries()) {
    if (row < freeFrom || row + 1 >= endRow) continue;
    const position = book.equity() > 0 ? openPosition(input, i, row) : null;
    if (position === null) {
      book.mark(row + 1, book.equity());
    } else {
      const trade = holdPosition(position, bars, settings, book);
      freeFrom = trade.exitRow;
    }
  }
  const track = book.track(bars);
  return { trades: book.trades, track, barsPerYear: barsPerYear(rows, track, bars) };
}

type Position = Pick<Trade, 'side' | 'signalRow' | 'exitRow' | 'entry' | 'exit'>;

function openPosition(
  { probabilities, sides, primary, bars, settings }: BacktestInput,
  i: number,
  row: number,
): Position | null {
  const side = sideTaken(directionScore(probabilities, i), settings.minEdge, primary?.[i]);
  if (side === null) return null;
  const entry = sides.entry[i] ?? NaN;
  const exit = (side === 1 ? sides.exitLong[i] : sides.exitShort[i]) ?? NaN;
  const exitRow = (side === 1 ? sides.t1RowLong[i] : sides.t1RowShort[i]) ?? -1;
  const isSettled = entry > 0 && exit > 0 && exitRow > row && exitRow < bars.firstRow + bars.time.length;
  return isSettled ? { side, signalRow: row, exitRow, entry, exit } : null;
}

/** `primary` is undefined where forecasts are of directions. */
function sideTaken(score: number, minEdge: number, primary: number | undefined): Side | null {
  if (primary === undefined) return Math.abs(score) > minEdge ? (score > 0 ? 1 : -1) : null;
  if (!(score > minEdge) || primary === 0) return null;
  return primary > 0 ? 1 : -1;
}

/** Marks every bar of the position and closes it; returns the trade. */
function holdPosition(position: Position, bars: MarkingBars, settings: BacktestSettings, book: Book): Trade {
  const { side, signalRow, exitRow, entry } = position;
  const capital = book.equity();
  const entryFill = fillPrice(entry, side, 'entry', settings.slippageBps);
  let trade = roundTrip(position, settings);
  for (let row = signalRow + 1; row < exitRow; row += 1) {
    const close = bars.close[row - bars.firstRow] ?? NaN;
    const value = positionValue(side, entryFill, close, settings.costBps);
    if (value <= 0) {
      trade = { ...roundTrip({ ...position, exitRow: row, exit: close }, settings), netReturn: -1 };
      break;
    }
    book.mark(row, capital * value);
  }
  book.mark(trade.exitRow, capital * (1 + trade.netReturn));
  book.trades.push(trade);
  return trade;
}

/** The growing record of one backtest. */
interface Book {
  readonly trades: Trade[];
  equity(): number;
  mark(row: number, equity: number): void;
  track(bars: MarkingBars): CapitalTrack;
}

function openBook(): Book {
  const rows: number[] = [];
  const equities: number[] = [];
  return {
    trades: [],
    equity: () => equities.at(-1) ?? 1,
    mark: (row, equity) => {
      rows.push(row);
      equities.push(equity);
    },
    track: (bars) => ({
      row: Int32Array.from(rows),
      time: Float64Array.from(rows, (row) => bars.time[row - bars.firstRow] ?? NaN),
      equity: Float64Array.from(equities),
      returns: Float64Array.from(equities, (equity, i) => {
        const before = i === 0 ? 1 : (equities[i - 1] ?? 0);
        return before > 0 ? equity / before - 1 : 0;
      }),
    }),
  };
}

function barsPerYear(rows: Int32Array, track: CapitalTrack, bars: MarkingBars): number {
  const first = rows[0] ?? 0;
  const last = track.row.at(-1) ?? first;
  if (last <= first) return 0;
  const spanMs = (bars.time[last - bars.firstRow] ?? NaN) - (bars.time[first - bars.firstRow] ?? NaN);
  return (last - first) / (spanMs / YEAR_MS);
}
