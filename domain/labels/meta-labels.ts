import { NO_CLASS } from '../core/classes';
import { LABEL_OUTCOMES, type SidedLabelColumns } from '../core/labels';
import { classOfOutcome } from './barriers';
import type { TimeoutRule } from './settings';

/** The rule that names a side at each bar, from one feature, which is causal as all declared features are. */
export interface PrimarySettings {
  /** Column of the features. */
  readonly feature: string;
  /** Long above it by more than `band`, short below it by more than `band`, flat between. */
  readonly centre: number;
  readonly band: number;
  /** `with`: as told; `against`: the other side, as those who expect a return to the mean. */
  readonly side: 'with' | 'against';
}

/** Labels seen from the side of a primary rule: `up` is right, `down` is wrong. */
export interface MetaLabelColumns extends SidedLabelColumns {
  /** 1 long, -1 short, 0 flat. */
  readonly side: Int8Array;
}

/**
 * The side at each bar. A feature that is missing, or within `band` of `centre`, names none.
 *
 * Example: rsi14, centre 50, band 20: 75 is long, 24 short, 70 and 55 flat; with `against` 75 is short and 24 long.
 */
export function primarySides(
  values: Float64Array,
  { centre, band, side }: Omit<PrimarySettings, 'feature'>,
): Int8Array {
  const told = side === 'with' ? 1 : -1;
  return Int8Array.from(values, (value) => (value - centre > band ? told : value - centre < -band ? -told : 0));
}

/**
 * Meta-labels: whether the side that a primary rule took was right (López de Prado, Advances in Financial Machine Learning,
 * 2018, sections 3.6 and 3.7). The barriers stand where they stood; what a long side earns at the upper one, a short side
 * earns at the lower one. Row by row, with s the side:
 *
 * - the outcome is s times what happened to the price: `up` where the side's profit barrier was touched first (right),
 *   `down` where its stop was (wrong); a bar that holds both is the stop, as for any position, so that nothing is ambiguous;
 * - a time-out keeps the rule `timeouts`, its sign being that of s · (exit - entry): what was lost by then is wrong;
 * - `returnAtr` is s · (exit - entry) / ATR, what the side earned; `exit` is the price at which the side's position ended;
 * - the other side's position is not there (exitShort of a long side): it is never traded;
 * - a flat row has no label, no entry and no position: unusable. The rest as before: unsettled stays unsettled.
 *
 * Example: entry 100, barriers 104 and 98, side short. A touch of 98 is right, with a return of (100 - 98) / ATR; a touch of
 * 104 is wrong, and so is a bar that holds both, at 104. A time-out at 101 by `sign` is wrong.
 *
 * `sides` is as long as the labels. Source of the mirrored case: a label with s = -1 is that of mirrored prices with s = 1.
 */
export function metaLabels(labels: SidedLabelColumns, sides: Int8Array, timeouts: TimeoutRule): MetaLabelColumns {
  const meta: MetaLabelColumns = {
    time: labels.time,
    atr: labels.atr,
    t1: labels.t1.slice(),
    t1Row: labels.t1Row.slice(),
    outcome: labels.outcome.slice(),
    classIndex: labels.classIndex.slice(),
    entry: labels.entry.slice(),
    exit: labels.exit.slice(),
    returnAtr: labels.returnAtr.slice(),
    exitLong: labels.exitLong.slice(),
    t1RowLong: labels.t1RowLong.slice(),
    exitShort: labels.exitShort.slice(),
    t1RowShort: labels.t1RowShort.slice(),
    side: sides.slice(),
  };
  for (let row = 0; row < sides.length; row += 1) {
    const side = sides[row] ?? 0;
    if (side === 0) leaveOut(meta, row);
    else if ((meta.t1Row[row] ?? -1) >= 0) seeFrom(side, meta, row, timeouts);
    if (side !== 1) dropPosition(meta.exitLong, meta.t1RowLong, row);
    if (side !== -1) dropPosition(meta.exitShort, meta.t1RowShort, row);
  }
  return meta;
}

/** Turns the label of a decided row to its side. */
function seeFrom(side: number, meta: MetaLabelColumns, row: number, timeouts: TimeoutRule): void {
  const { down, ambiguous } = LABEL_OUTCOMES;
  const seen = meta.outcome[row] ?? down;
  const exit = (side === 1 ? meta.exitLong[row] : meta.exitShort[row]) ?? NaN;
  const move = exit - (meta.entry[row] ?? NaN);
  const earned = side === 1 ? move : 0 - move;
  const outcome = seen === ambiguous ? down : outcomeOf(side * seen);
  meta.outcome[row] = outcome;
  meta.classIndex[row] = classOfOutcome(outcome, earned, timeouts);
  meta.exit[row] = exit;
  meta.returnAtr[row] = earned / (meta.atr[row] ?? NaN);
}

function outcomeOf(turned: number): -1 | 0 | 1 {
  return turned > 0 ? 1 : turned < 0 ? -1 : 0;
}

function leaveOut(meta: MetaLabelColumns, row: number): void {
  meta.t1[row] = NaN;
  meta.t1Row[row] = -1;
  meta.outcome[row] = LABEL_OUTCOMES.unusable;
  meta.classIndex[row] = NO_CLASS;
  meta.entry[row] = NaN;
  meta.exit[row] = NaN;
  meta.returnAtr[row] = NaN;
}

function dropPosition(exits: Float64Array, rows: Int32Array, row: number): void {
  exits[row] = NaN;
  rows[row] = -1;
}
