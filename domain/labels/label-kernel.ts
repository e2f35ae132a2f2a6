import { createAtr } from '../core/atr';
import { barCount, type BarColumns } from '../core/bars';
import { NO_CLASS } from '../core/classes';
import { LABEL_OUTCOMES, type LabelColumns, type LabelOutcome } from '../core/labels';
import { ok, type Result } from '../core/result';
import { appendBars, emptyBarWindow } from './bar-window';
import { classOfOutcome, firstTouch, resolveTouch } from './barriers';
import { createLabelBuffer, type LabelRow } from './label-buffer';
import { checkLabelSettings, type LabelSettings } from './settings';

/**
 * Labels a series of bars given in chunks, in time order. The chunks' sizes change nothing in the rows that come out, one
 * for every bar, in bar order.
 */
export interface LabelKernel {
  /** Takes the next chunk and returns the rows that became settled together with all rows before them. */
  push(bars: BarColumns): LabelColumns;
  /** Ends the series and returns all remaining rows; those that the series was too short to decide are unsettled. */
  finish(): LabelColumns;
}

/**
 * Triple-barrier labels of one horizon.
 *
 * The label of bar t asks what a position entered at the open of bar t + 1 would meet first. With ATR_t known at the close
 * of bar t (Wilder, TA-Lib's seeding), the barriers are `entry + upAtr · ATR_t` and `entry - downAtr · ATR_t`. Bars
 * t + 1 … t + bars are watched, the entry bar included:
 *
 * - a bar touches the upper barrier when its high is at or above it, the lower when its low is at or below it; the first
 *   touching bar decides, the exit is the barrier's price;
 * - a bar after the entry bar whose open is already at or beyond a barrier decides alone; the exit is that open;
 * - both barriers inside one bar: the outcome is ambiguous (no exit, no class) without a side, the stop with one;
 * - nothing touched: a time-out at the close of bar t + bars. Its class follows the rule `timeouts`: its own class, the
 *   sign of exit - entry (exactly 0 stays a time-out), or none;
 * - the series ends first (delisting included): unsettled;
 * - ATR_t missing, zero, or too small to tell a barrier from the entry: unusable.
 *
 * `t1` is the close instant of the deciding bar, ambiguous bars included, so a settled label never depends on a bar after
 * `t1`. `returnAtr` is (exit - entry) / ATR_t. Costs never enter a label. An unsettled row keeps its entry where bar t + 1
 * exists; an unusable one has none. A lower barrier at or below zero is never touched.
 *
 * Holds the bars from the first undecided row on (at most `bars` of them before the current chunk); time is linear in the
 * bars for barriers that are met early and at worst bars · horizon comparisons.
 *
 * Bars must be clean (low ≤ open, close ≤ high, no NaN, ascending). Impossible settings give InvalidLabels.
 * Source: López de Prado, Advances in Financial Machine Learning (2018), ch. 3, with highs and lows instead of closes.
 */
export function createLabelKernel(settings: LabelSettings): Result<LabelKernel> {
  const checked = checkLabelSettings(settings);
  if (!checked.ok) return checked;
  const atrState = createAtr(settings.atrPeriod);
  let window = emptyBarWindow();
  /** Position in the window, and row number in the series, of the first row that was not returned yet. */
  let head = 0;
  let headRow = 0;
  /** Bars after the head row that are known not to touch, so that small chunks do not scan them again. */
  let headScanned = 0;

  /** The row at the head if it can be told, else null: more bars are needed. */
  const settleHead = (): LabelRow | null => {
    const { time, open, high, low, close, atr, end } = window;
    const atrHere = atr[head] ?? NaN;
    if (!(atrHere > 0)) return undecided(LABEL_OUTCOMES.unusable, NaN);
    if (head + 1 >= end) return null;
    const entry = open[head + 1] ?? NaN;
    const barriers = { upper: entry + settings.upAtr * atrHere, lower: entry - settings.downAtr * atrHere };
    if (!(barriers.upper > entry && barriers.lower < entry)) return undecided(LABEL_OUTCOMES.unusable, NaN);

    const verticalEnd = head + settings.bars + 1;
    const stop = Math.min(verticalEnd, end);
    const touched = firstTouch(high, low, head + 1 + headScanned, stop, barriers);
    if (touched === stop && stop < verticalEnd) {
      headScanned = stop - head - 1;
      return null;
    }
    const decidedAt = Math.min(touched, verticalEnd - 1);
    const { outcome, exit } =
      touched < stop
        ? resolveTouch(
            { open: open[touched] ?? NaN, high: high[touched] ?? NaN, low: low[touched] ?? NaN },
            barriers,
            settings.tieRule,
          )
        : { outcome: LABEL_OUTCOMES.timeout, exit: close[decidedAt] ?? NaN };
    return {
      time: time[head] ?? NaN,
      t1: time[decidedAt] ?? NaN,
      t1Row: headRow + (decidedAt - head),
      outcome,
      classIndex: classOfOutcome(outcome, exit - entry, settings.timeouts),
      entry,
      exit,
      atr: atrHere,
    };
  };

  const undecided = (outcome: LabelOutcome, entry: number): LabelRow => ({
    time: window.time[head] ?? NaN,
    t1: NaN,
    t1Row: -1,
    outcome,
    classIndex: NO_CLASS,
    entry,
    exit: NaN,
    atr: window.atr[head] ?? NaN,
  });

  const unsettledHead = (): LabelRow => {
    const hasEntry = head + 1 < window.end;
    return undecided(LABEL_OUTCOMES.unsettled, hasEntry ? (window.open[head + 1] ?? NaN) : NaN);
  };

  const emit = (ended: boolean): LabelColumns => {
    const buffer = createLabelBuffer(window.end - head);
    while (head < window.end) {
      const row = settleHead() ?? (ended ? unsettledHead() : null);
      if (row === null) break;
      buffer.add(row);
      head += 1;
      headRow += 1;
      headScanned = 0;
    }
    return buffer.columns();
  };

  return ok({
    push(bars) {
      window = appendBars({ ...window, start: head }, bars, atrOf(bars));
      head = window.start;
      return emit(false);
    },
    finish: () => emit(true),
  });

  function atrOf(bars: BarColumns): Float64Array {
    const values = new Float64Array(barCount(bars));
    for (let i = 0; i < values.length; i += 1) {
      values[i] = atrState.push(bars.high[i] ?? NaN, bars.low[i] ?? NaN, bars.close[i] ?? NaN);
    }
    return values;
  }
}
