import type { LedgerDecision } from '../core/ledger';
import type { BarRow } from './bar-row';
import type { Verdict } from './decision-log';
import type { CleanSettings } from './settings';

/** What is wrong with a bar and what its symbol's policy says about it. */
export interface Judgement {
  readonly decision: LedgerDecision;
  readonly verdict: Verdict;
}

/**
 * Judges one bar by itself; null when nothing is wrong with it. The first fault decides, in this order: no stamp, after
 * the as-of instant (so that such a bar never counts as any other fault), another missing value, a price that is not
 * positive, negative volume, inconsistent prices (last, because a repair lets the bar pass).
 */
export function judgeBar(bar: BarRow, policy: CleanSettings, asOfMs: number | null): Judgement | null {
  if (!Number.isFinite(bar.time)) return { decision: 'missingValue', verdict: verdictOf(policy.missingValues) };
  if (asOfMs !== null && bar.time > asOfMs) return { decision: 'future', verdict: 'dropped' };
  if (!hasAllValues(bar)) return { decision: 'missingValue', verdict: verdictOf(policy.missingValues) };
  if (Math.min(bar.open, bar.high, bar.low, bar.close) <= 0) {
    return { decision: 'nonPositivePrice', verdict: verdictOf(policy.nonPositivePrices) };
  }
  if (bar.volume < 0) return { decision: 'negativeVolume', verdict: verdictOf(policy.negativeVolume) };
  if (!isConsistent(bar)) return { decision: 'inconsistentPrice', verdict: verdictOf(policy.inconsistentPrices) };
  return null;
}

/**
 * The least change that makes prices agree: the four of them span the bar. A high below the low is thereby exchanged with
 * it, and a high or low that leaves out the open or close is moved to it; open, close and volume stay.
 */
export function repairPrices(bar: BarRow): BarRow {
  const { open, high, low, close } = bar;
  return { ...bar, high: Math.max(open, high, low, close), low: Math.min(open, high, low, close) };
}

function verdictOf(action: 'drop' | 'repair' | 'reject'): Verdict {
  switch (action) {
    case 'drop':
      return 'dropped';
    case 'repair':
      return 'repaired';
    case 'reject':
      return 'rejected';
  }
}

function hasAllValues({ open, high, low, close, volume }: BarRow): boolean {
  const { isFinite } = Number;
  return isFinite(open) && isFinite(high) && isFinite(low) && isFinite(close) && isFinite(volume);
}

function isConsistent({ open, high, low, close }: BarRow): boolean {
  return low <= high && low <= open && open <= high && low <= close && close <= high;
}
