import { NO_CLASS } from '../core/classes';
import { LABEL_OUTCOMES, type LabelOutcome } from '../core/labels';
import type { TieRule, TimeoutRule } from './settings';

const CLASS_DOWN = 0;
const CLASS_TIMEOUT = 1;
const CLASS_UP = 2;

/** Prices of the two horizontal barriers. */
export interface Barriers {
  readonly upper: number;
  readonly lower: number;
}

/** The first position in [from, to) whose bar touches a barrier, or `to`. Bars must be clean: low ≤ open ≤ high. */
export function firstTouch(
  high: Float64Array,
  low: Float64Array,
  from: number,
  to: number,
  { upper, lower }: Barriers,
): number {
  for (let k = from; k < to; k += 1) {
    if ((high[k] ?? NaN) >= upper || (low[k] ?? NaN) <= lower) return k;
  }
  return to;
}

/** A bar that touched a barrier. */
export interface TouchingBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
}

/** How a touching bar decides a label: which barrier, and at what price; NaN where the order is unknown. */
export interface Touch {
  readonly outcome: LabelOutcome;
  readonly exit: number;
}

/**
 * Decides a label by the bar that touched first. An open already at or beyond a barrier fills there and decides alone,
 * whatever the bar does later. (The entry bar opens at the entry, between its barriers, so it never gaps.) Else the
 * touched barrier is the exit; with both touched the order is unknown: ambiguous without a side, the stop with one.
 */
export function resolveTouch(bar: TouchingBar, { upper, lower }: Barriers, tieRule: TieRule): Touch {
  if (bar.open >= upper) return { outcome: LABEL_OUTCOMES.up, exit: bar.open };
  if (bar.open <= lower) return { outcome: LABEL_OUTCOMES.down, exit: bar.open };
  const touchedUpper = bar.high >= upper;
  const touchedLower = bar.low <= lower;
  if (touchedUpper && touchedLower && tieRule === 'noSide') return { outcome: LABEL_OUTCOMES.ambiguous, exit: NaN };
  const up = touchedUpper && touchedLower ? tieRule !== 'noSide' && tieRule.side === -1 : touchedUpper;
  return up ? { outcome: LABEL_OUTCOMES.up, exit: upper } : { outcome: LABEL_OUTCOMES.down, exit: lower };
}

/** The class index of a label, or NO_CLASS; `move` is exit − entry, which the time-out rule `sign` looks at. */
export function classOfOutcome(outcome: LabelOutcome, move: number, timeouts: TimeoutRule): number {
  switch (outcome) {
    case LABEL_OUTCOMES.down:
      return CLASS_DOWN;
    case LABEL_OUTCOMES.up:
      return CLASS_UP;
    case LABEL_OUTCOMES.timeout:
      return classOfTimeout(move, timeouts);
    case LABEL_OUTCOMES.ambiguous:
    case LABEL_OUTCOMES.unsettled:
    case LABEL_OUTCOMES.unusable:
      return NO_CLASS;
  }
}

function classOfTimeout(move: number, timeouts: TimeoutRule): number {
  switch (timeouts) {
    case 'class':
      return CLASS_TIMEOUT;
    case 'sign':
      if (move === 0) return CLASS_TIMEOUT;
      return move > 0 ? CLASS_UP : CLASS_DOWN;
    case 'drop':
      return NO_CLASS;
  }
}
