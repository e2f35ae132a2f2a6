import { createAtr } from '../core/atr';
import { barCount, sliceBars, type BarColumns } from '../core/bars';
import { LABEL_OUTCOMES, type LabelColumns, type SidedLabelColumns } from '../core/labels';
import { ok, type Result } from '../core/result';
import { appendBars, emptyBarWindow } from './bar-window';
import { classOfOutcome } from './barriers';
import { allocateLabels, firstRows } from './label-buffer';
import { checkLabelSettings, type LabelSettings, type SidelessSettings } from './settings';
import { settleRows, unsettledRow, usesBlocks } from './settle-rows';

/**
 * Labels a series of bars given in chunks, in time order. The chunks' sizes change nothing in the rows that come out, one
 * for every bar, in bar order.
 */
export interface LabelKernel<T extends LabelColumns = LabelColumns> {
  /** Takes the next chunk and returns the rows that became settled together with all rows before them. */
  push(bars: BarColumns): T;
  /** Ends the series and returns all remaining rows; those that the series was too short to decide are unsettled. */
  finish(): T;
}

/** Bars that are worked on at once: few enough that they and their labels stay in the processor's cache. */
const PIECE_BARS = 4_096;

/**
 * Triple-barrier labels of one horizon, with the ends of a long and of a short position beside them.
 *
 * The label of bar t asks what a position entered at the open of bar t + 1 would meet first. With ATR_t known at the close
 * of bar t (Wilder, TA-Lib's seeding), the barriers are `entry + upAtr · ATR_t` and `entry - downAtr · ATR_t`. Bars
 * t + 1 … t + bars are watched, the entry bar included:
 *
 * - a bar touches the upper barrier when its high is at or above it, the lower when its low is at or below it; the first
 *   touching bar decides, the exit is the barrier's price;
 * - a bar after the entry bar whose open is already at or beyond a barrier decides alone; the exit is that open;
 * - both barriers inside one bar: the outcome is ambiguous (no exit, no class); for a position it is the stop, the lower
 *   barrier for a long one (`exitLong`), the upper for a short one (`exitShort`);
 * - nothing touched: a time-out at the close of bar t + bars. Its class follows the rule `timeouts`: its own class, the
 *   sign of exit - entry (exactly 0 stays a time-out), or none;
 * - the series ends first (delisting included): unsettled;
 * - ATR_t missing, zero, or too small to tell a barrier from the entry: unusable;
 * - so is a bar that offers too little (the `minRet` of section 3.5): `min(upAtr, downAtr) · ATR_t` does not exceed
 *   `minReturnBps` of the close of bar t. The close, because it is known at t: what is traded can be told by the same rule.
 *
 * `t1` is the close instant of the deciding bar, ambiguous bars included, so a settled label never depends on a bar after
 * `t1`. `returnAtr` is (exit - entry) / ATR_t, also of a time-out, whatever its class: what a model of returns learns. Costs
 * never enter a label. An unsettled row keeps its entry where bar t + 1 exists; an unusable one has none. A lower barrier at
 * or below zero is never touched.
 *
 * Example: ATR 2, entry 100, two multiples up and one down: barriers 104 and 98. Bars (open, high, low, close) after it:
 * (100, 101, 99, 100), (100, 104, 98, 100): the second touches both: ambiguous, `exitLong` 98, `exitShort` 104. Had it
 * opened at 105, it would be up at 105, whatever its low. The nearer barrier is 2 away: with a close of 100 the bar has a
 * label for every `minReturnBps` below 200.
 *
 * Holds the bars from the first undecided row on (at most `bars` of them before the current chunk). Blocks of bars whose
 * highs and lows stay between the barriers are passed over at once, so that long horizons cost little more than short ones.
 *
 * Bars must be clean (low ≤ open, close ≤ high, no NaN, ascending). Impossible settings give InvalidLabels.
 * Source: López de Prado, Advances in Financial Machine Learning (2018), ch. 3, with highs and lows instead of closes.
 */
export function createSidedLabelKernel(settings: SidelessSettings): Result<LabelKernel<SidedLabelColumns>> {
  const checked = checkLabelSettings({ ...settings, tieRule: 'noSide' });
  if (!checked.ok) return checked;
  const atr = createAtr(settings.atrPeriod);
  let window = emptyBarWindow();
  /** Position in the window, and row number in the series, of the first row that was not returned yet. */
  let head = 0;
  let headRow = 0;
  /** Bars after the head row that are known not to touch, so that small chunks do not scan them again. */
  let headScanned = 0;

  const settle = (labels: SidedLabelColumns, at: number): number => {
    const settled = settleRows(window, { head, headRow, headScanned }, settings, labels, at);
    head += settled.rows;
    headRow += settled.rows;
    headScanned = settled.headScanned;
    return at + settled.rows;
  };

  return ok({
    push(bars) {
      const count = barCount(bars);
      const labels = allocateLabels(window.end - head + count);
      let filled = 0;
      for (let from = 0; from < count; from += PIECE_BARS) {
        const piece = sliceBars(bars, from, Math.min(from + PIECE_BARS, count));
        window = appendBars(
          { ...window, start: head },
          piece,
          atr.fill(piece.high, piece.low, piece.close),
          usesBlocks(settings.bars),
        );
        head = window.start;
        filled = settle(labels, filled);
      }
      return firstRows(labels, filled);
    },
    finish() {
      const labels = allocateLabels(window.end - head);
      let filled = settle(labels, 0);
      for (; head < window.end; filled = settle(labels, filled + 1)) {
        unsettledRow(window, head, labels, filled);
        head += 1;
        headRow += 1;
        headScanned = 0;
      }
      return labels;
    },
  });
}

/** The same labels by one rule for ties: those without a side, or those that a long or a short position would have. */
export function createLabelKernel({ tieRule, ...settings }: LabelSettings): Result<LabelKernel> {
  const checked = checkLabelSettings({ ...settings, tieRule });
  if (!checked.ok) return checked;
  const created = createSidedLabelKernel(settings);
  if (!created.ok) return created;
  const kernel = created.value;
  return ok({
    push: (bars) => resolvedTies(kernel.push(bars), tieRule, settings),
    finish: () => resolvedTies(kernel.finish(), tieRule, settings),
  });
}

function resolvedTies(
  sided: SidedLabelColumns,
  tieRule: LabelSettings['tieRule'],
  settings: SidelessSettings,
): LabelColumns {
  const { time, t1, t1Row, outcome, classIndex, entry, exit: exitWithout, atr, returnAtr } = sided;
  const plain = { time, t1, t1Row, outcome, classIndex, entry, exit: exitWithout, atr, returnAtr };
  if (tieRule === 'noSide') return plain;
  const isTie = (row: number): boolean => sided.outcome[row] === LABEL_OUTCOMES.ambiguous;
  const stop = tieRule.side === 1 ? LABEL_OUTCOMES.down : LABEL_OUTCOMES.up;
  const exit = tieRule.side === 1 ? sided.exitLong : sided.exitShort;
  return {
    ...plain,
    exit,
    outcome: outcome.map((one, row) => (isTie(row) ? stop : one)),
    classIndex: plain.classIndex.map((index, row) => (isTie(row) ? classOfOutcome(stop, 0, settings.timeouts) : index)),
    returnAtr: plain.returnAtr.map((value, row) =>
      isTie(row) ? ((exit[row] ?? NaN) - (plain.entry[row] ?? NaN)) / (plain.atr[row] ?? NaN) : value,
    ),
  };
}
