import { NO_CLASS } from '../core/classes';
import { LABEL_OUTCOMES, type LabelOutcome } from '../core/labels';
import type { TimeoutRule } from './settings';

const CLASS_DOWN = 0;
const CLASS_TIMEOUT = 1;
const CLASS_UP = 2;

/** Bars of one block, a power of two, so that a position's block is found by a shift. */
export const BLOCK_SHIFT = 4;
export const BLOCK_BARS = 1 << BLOCK_SHIFT;

/** Highs and lows by position, and the highest and lowest of each whole block of them. */
export interface TouchableBars {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly blockHigh: Float64Array;
  readonly blockLow: Float64Array;
}

/** The first position in [from, to) whose bar touches a barrier, or `to`. Bars must be clean: low ≤ open ≤ high. */
export function firstTouch(
  high: Float64Array,
  low: Float64Array,
  from: number,
  to: number,
  upper: number,
  lower: number,
): number {
  let k = from;
  while (k < to && !((high[k] ?? NaN) >= upper || (low[k] ?? NaN) <= lower)) k += 1;
  return k;
}

/** The same: bar by bar to the next block, block by block as long as none touches, and bar by bar in the one that does. */
export function firstTouchByBlocks(
  high: Float64Array,
  low: Float64Array,
  blockHigh: Float64Array,
  blockLow: Float64Array,
  from: number,
  to: number,
  upper: number,
  lower: number,
): number {
  const nextBlock = (from + BLOCK_BARS - 1) & -BLOCK_BARS;
  const near = nextBlock < to ? nextBlock : to;
  let k = from;
  for (; k < near; k += 1) {
    if ((high[k] ?? NaN) >= upper || (low[k] ?? NaN) <= lower) return k;
  }
  for (; k + BLOCK_BARS <= to; k += BLOCK_BARS) {
    const block = k >> BLOCK_SHIFT;
    if ((blockHigh[block] ?? NaN) >= upper || (blockLow[block] ?? NaN) <= lower) break;
  }
  for (; k < to; k += 1) {
    if ((high[k] ?? NaN) >= upper || (low[k] ?? NaN) <= lower) return k;
  }
  return to;
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

/** The class of a time-out; `move` is exit − entry. */
export function classOfTimeout(move: number, timeouts: TimeoutRule): number {
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
