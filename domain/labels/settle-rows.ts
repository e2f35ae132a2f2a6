import { NO_CLASS } from '../core/classes';
import { LABEL_OUTCOMES, type LabelOutcome, type SidedLabelColumns } from '../core/labels';
import type { BarWindow } from './bar-window';
import { classOfOutcome, firstTouch } from './barriers';
import type { SidelessSettings } from './settings';

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
  const { time, open, high, low, close, atr, end } = window;
  const { bars, upAtr, downAtr, timeouts } = settings;
  let scanned = headScanned;
  let row = head;
  for (; row < end; row += 1, scanned = 0) {
    const to = at + row - head;
    const atrHere = atr[row] ?? NaN;
    if (!(atrHere > 0)) {
      undecidedRow(window, row, LABEL_OUTCOMES.unusable, labels, to);
      continue;
    }
    if (row + 1 >= end) break;
    const entry = open[row + 1] ?? NaN;
    const upper = entry + upAtr * atrHere;
    const lower = entry - downAtr * atrHere;
    if (!(upper > entry && lower < entry)) {
      undecidedRow(window, row, LABEL_OUTCOMES.unusable, labels, to);
      continue;
    }
    const verticalEnd = row + bars + 1;
    const stop = verticalEnd < end ? verticalEnd : end;
    const touched = firstTouch(window, row + 1 + scanned, stop, upper, lower);
    if (touched === stop && stop < verticalEnd) {
      scanned = stop - row - 1;
      break;
    }

    // How the touching bar decides. An open already at or beyond a barrier fills there and decides alone, whatever the bar
    // does later. (The entry bar opens at the entry, between its barriers, so it never gaps.)
    let outcome: LabelOutcome = LABEL_OUTCOMES.timeout;
    let decidedAt = touched;
    let exitLong = NaN;
    let exitShort = NaN;
    if (touched === stop) {
      decidedAt = verticalEnd - 1;
      exitLong = close[decidedAt] ?? NaN;
      exitShort = exitLong;
    } else {
      const opened = open[touched] ?? NaN;
      const isUp = (high[touched] ?? NaN) >= upper;
      const isDown = (low[touched] ?? NaN) <= lower;
      if (opened >= upper || opened <= lower) {
        outcome = opened >= upper ? LABEL_OUTCOMES.up : LABEL_OUTCOMES.down;
        exitLong = opened;
        exitShort = opened;
      } else {
        outcome = isUp && isDown ? LABEL_OUTCOMES.ambiguous : isUp ? LABEL_OUTCOMES.up : LABEL_OUTCOMES.down;
        exitLong = isDown ? lower : upper;
        exitShort = isUp ? upper : lower;
      }
    }
    const exit = outcome === LABEL_OUTCOMES.ambiguous ? NaN : exitLong;
    const decidedRow = headRow + (decidedAt - head);
    labels.time[to] = time[row] ?? NaN;
    labels.t1[to] = time[decidedAt] ?? NaN;
    labels.t1Row[to] = decidedRow;
    labels.outcome[to] = outcome;
    labels.classIndex[to] = classOfOutcome(outcome, exit - entry, timeouts);
    labels.entry[to] = entry;
    labels.exit[to] = exit;
    labels.atr[to] = atrHere;
    // Arithmetic on NaN may leave any of its many bit patterns; the columns are hashed, so write the plain one.
    labels.returnAtr[to] = outcome === LABEL_OUTCOMES.ambiguous ? NaN : (exit - entry) / atrHere;
    labels.exitLong[to] = exitLong;
    labels.t1RowLong[to] = decidedRow;
    labels.exitShort[to] = exitShort;
    labels.t1RowShort[to] = decidedRow;
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
