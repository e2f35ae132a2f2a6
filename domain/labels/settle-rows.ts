import { NO_CLASS } from '../core/classes';
import { LABEL_OUTCOMES, type LabelOutcome, type SidedLabelColumns } from '../core/labels';
import type { BarWindow } from './bar-window';
import { BLOCK_BARS, classOfTimeout, firstTouch, firstTouchByBlocks } from './barriers';
import type { SidelessSettings } from './settings';

const { up: UP, down: DOWN, timeout: TIMEOUT, ambiguous: AMBIGUOUS } = LABEL_OUTCOMES;
const { unsettled: UNSETTLED, unusable: UNUSABLE } = LABEL_OUTCOMES;

/** Shorter horizons seldom hold whole blocks: their extremes would cost more than they spare. */
const LEAST_BARS_FOR_BLOCKS = 3 * BLOCK_BARS;

export function usesBlocks(horizonBars: number): boolean {
  return horizonBars >= LEAST_BARS_FOR_BLOCKS;
}

/** Where labelling stands: the first row that is not returned yet, in the window and in the series. */
export interface Head {
  readonly head: number;
  readonly headRow: number;
  /** Bars after it that are known not to touch. */
  readonly headScanned: number;
}

/**
 * Fills the labels of all rows from the head on that the window's bars can tell, from row `at` of `labels`, and stops at the
 * first that needs more bars. One loop over plain numbers: it is what labelling a million bars takes its time for.
 */
export function settleRows(
  window: BarWindow,
  { head, headRow, headScanned }: Head,
  settings: SidelessSettings,
  labels: SidedLabelColumns,
  at: number,
): { readonly rows: number; readonly headScanned: number } {
  const { time, open, high, low, close, atr, blockHigh, blockLow, end } = window;
  const { bars, upAtr, downAtr, timeouts, minReturnBps = 0 } = settings;
  /** What the ATR must exceed, as a share of the close; 0 where no minimum is asked for. */
  const leastShare = minReturnBps / 10_000 / Math.min(upAtr, downAtr);
  const byBlocks = usesBlocks(bars);
  const { t1, t1Row, outcome: outcomes, classIndex, entry: entries, exit: exits, returnAtr } = labels;
  /** Rows of `labels` whose deciding bar touched both barriers, each with the stops of a long and a short position. */
  const ties: number[] = [];
  // A choice between two prices by an index costs less than by a branch, which is guessed wrong every other time.
  const barriers = new Float64Array(2);
  let scanned = headScanned;
  let row = head;
  for (; row < end; row += 1, scanned = 0) {
    const to = at + row - head;
    const atrHere = atr[row] ?? NaN;
    if (!(atrHere > leastShare * (close[row] ?? NaN))) {
      undecided(labels, to, UNUSABLE, NaN);
      continue;
    }
    if (row + 1 >= end) break;
    const entry = open[row + 1] ?? NaN;
    const upper = entry + upAtr * atrHere;
    const lower = entry - downAtr * atrHere;
    if (!(upper > entry && lower < entry)) {
      undecided(labels, to, UNUSABLE, NaN);
      continue;
    }
    const verticalEnd = row + bars + 1;
    const stop = verticalEnd < end ? verticalEnd : end;
    const from = row + 1 + scanned;
    const touched = byBlocks
      ? firstTouchByBlocks(high, low, blockHigh, blockLow, from, stop, upper, lower)
      : firstTouch(high, low, from, stop, upper, lower);
    if (touched === stop && stop < verticalEnd) {
      scanned = stop - row - 1;
      break;
    }

    const decidedAt = touched < stop ? touched : stop - 1;
    const isUp = Number((high[decidedAt] ?? NaN) >= upper);
    barriers[0] = lower;
    barriers[1] = upper;
    let outcome = 2 * isUp - 1;
    let index = 2 * isUp;
    let exit = barriers[isUp] ?? NaN;
    const opened = open[decidedAt] ?? NaN;
    if (touched === stop) {
      outcome = TIMEOUT;
      exit = close[decidedAt] ?? NaN;
      index = classOfTimeout(exit - entry, timeouts);
    } else if (opened >= upper || opened <= lower) {
      // An open already at or beyond a barrier fills there and decides alone, whatever the bar does later. (The entry bar
      // opens at the entry, between its barriers, so it never gaps.)
      outcome = opened >= upper ? UP : DOWN;
      index = outcome + 1;
      exit = opened;
    } else if (isUp === 1 && (low[decidedAt] ?? NaN) <= lower) {
      outcome = AMBIGUOUS;
      index = NO_CLASS;
      exit = NaN;
      ties.push(to, lower, upper);
    }
    t1[to] = time[decidedAt] ?? NaN;
    t1Row[to] = headRow + (decidedAt - head);
    outcomes[to] = outcome;
    classIndex[to] = index;
    entries[to] = entry;
    exits[to] = exit;
    // Arithmetic on NaN may leave any of its many bit patterns; the columns are hashed, so write the plain one.
    returnAtr[to] = outcome === AMBIGUOUS ? NaN : (exit - entry) / atrHere;
  }
  fillCopies(window, head, labels, at, at + row - head);
  for (let i = 0; i < ties.length; i += 3) {
    labels.exitLong[ties[i] ?? 0] = ties[i + 1] ?? NaN;
    labels.exitShort[ties[i] ?? 0] = ties[i + 2] ?? NaN;
  }
  return { rows: row - head, headScanned: row < end ? scanned : 0 };
}

/** What rows have from their bars or from other columns, all at once. Exits of ties are put over it. */
function fillCopies({ time, atr }: BarWindow, head: number, labels: SidedLabelColumns, from: number, to: number): void {
  labels.time.set(time.subarray(head, head + to - from), from);
  labels.atr.set(atr.subarray(head, head + to - from), from);
  const [exits, rows] = [labels.exit.subarray(from, to), labels.t1Row.subarray(from, to)];
  labels.exitLong.set(exits, from);
  labels.exitShort.set(exits, from);
  labels.t1RowLong.set(rows, from);
  labels.t1RowShort.set(rows, from);
}

/** Fills the unsettled row at the head: what the series has of it is its time, its ATR and, where there is one, its entry. */
export function unsettledRow(window: BarWindow, head: number, labels: SidedLabelColumns, to: number): void {
  undecided(labels, to, UNSETTLED, head + 1 < window.end ? (window.open[head + 1] ?? NaN) : NaN);
  fillCopies(window, head, labels, to, to + 1);
}

function undecided(labels: SidedLabelColumns, to: number, outcome: LabelOutcome, entry: number): void {
  labels.t1[to] = NaN;
  labels.t1Row[to] = -1;
  labels.outcome[to] = outcome;
  labels.classIndex[to] = NO_CLASS;
  labels.entry[to] = entry;
  labels.exit[to] = NaN;
  labels.returnAtr[to] = NaN;
}
