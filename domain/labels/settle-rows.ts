import { NO_CLASS } from '../core/classes';
import { LABEL_OUTCOMES, type LabelOutcome, type SidedLabelColumns } from '../core/labels';
import type { BarWindow } from './bar-window';
import { classOfTimeout, firstTouch } from './barriers';
import type { SidelessSettings } from './settings';

const { up: UP, down: DOWN, timeout: TIMEOUT, ambiguous: AMBIGUOUS, unusable: UNUSABLE } = LABEL_OUTCOMES;

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
  const { bars, upAtr, downAtr, timeouts } = settings;
  const { time: labelTime, t1, t1Row, t1RowLong, t1RowShort, outcome: outcomes, classIndex } = labels;
  const { entry: entries, exit: exits, exitLong: exitsLong, exitShort: exitsShort, atr: labelAtr, returnAtr } = labels;
  // A choice between two prices by an index costs less than by a branch, which is guessed wrong every other time.
  const barriers = new Float64Array(2);
  let scanned = headScanned;
  let row = head;
  for (; row < end; row += 1, scanned = 0) {
    const to = at + row - head;
    const atrHere = atr[row] ?? NaN;
    if (!(atrHere > 0)) {
      undecidedRow(window, row, UNUSABLE, labels, to);
      continue;
    }
    if (row + 1 >= end) break;
    const entry = open[row + 1] ?? NaN;
    const upper = entry + upAtr * atrHere;
    const lower = entry - downAtr * atrHere;
    if (!(upper > entry && lower < entry)) {
      undecidedRow(window, row, UNUSABLE, labels, to);
      continue;
    }
    const verticalEnd = row + bars + 1;
    const stop = verticalEnd < end ? verticalEnd : end;
    const touched = firstTouch(high, low, blockHigh, blockLow, row + 1 + scanned, stop, upper, lower);
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
    let [exitLong, exitShort] = [exit, exit];
    const opened = open[decidedAt] ?? NaN;
    if (touched === stop) {
      outcome = TIMEOUT;
      exit = close[decidedAt] ?? NaN;
      index = classOfTimeout(exit - entry, timeouts);
      exitLong = exit;
      exitShort = exit;
    } else if (opened >= upper || opened <= lower) {
      // An open already at or beyond a barrier fills there and decides alone, whatever the bar does later. (The entry bar
      // opens at the entry, between its barriers, so it never gaps.)
      outcome = opened >= upper ? UP : DOWN;
      index = outcome + 1;
      exit = opened;
      exitLong = exit;
      exitShort = exit;
    } else if (isUp === 1 && (low[decidedAt] ?? NaN) <= lower) {
      outcome = AMBIGUOUS;
      index = NO_CLASS;
      exit = NaN;
      exitLong = lower;
      exitShort = upper;
    }
    const decidedRow = headRow + (decidedAt - head);
    labelTime[to] = time[row] ?? NaN;
    t1[to] = time[decidedAt] ?? NaN;
    t1Row[to] = decidedRow;
    t1RowLong[to] = decidedRow;
    t1RowShort[to] = decidedRow;
    outcomes[to] = outcome;
    classIndex[to] = index;
    entries[to] = entry;
    exits[to] = exit;
    labelAtr[to] = atrHere;
    // Arithmetic on NaN may leave any of its many bit patterns; the columns are hashed, so write the plain one.
    returnAtr[to] = outcome === AMBIGUOUS ? NaN : (exit - entry) / atrHere;
    exitsLong[to] = exitLong;
    exitsShort[to] = exitShort;
  }
  return { rows: row - head, headScanned: row < end ? scanned : 0 };
}

/** Fills a row that nothing decided. An unsettled one keeps the entry that it has; an unusable one has none. */
export function undecidedRow(
  { time, open, atr, end }: BarWindow,
  row: number,
  outcome: LabelOutcome,
  labels: SidedLabelColumns,
  to: number,
): void {
  const hasEntry = outcome === LABEL_OUTCOMES.unsettled && row + 1 < end;
  labels.time[to] = time[row] ?? NaN;
  labels.t1[to] = NaN;
  labels.t1Row[to] = -1;
  labels.outcome[to] = outcome;
  labels.classIndex[to] = NO_CLASS;
  labels.entry[to] = hasEntry ? (open[row + 1] ?? NaN) : NaN;
  labels.exit[to] = NaN;
  labels.atr[to] = atr[row] ?? NaN;
  labels.returnAtr[to] = NaN;
  labels.exitLong[to] = NaN;
  labels.t1RowLong[to] = -1;
  labels.exitShort[to] = NaN;
  labels.t1RowShort[to] = -1;
}
