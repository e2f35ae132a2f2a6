import type { LedgerDecision, LedgerRow } from '../core/ledger';
import { fail } from '../core/result';
import type { Result } from '../core/result';
import type { DecisionCount } from './decision-log';
import type { CleanSettings } from './settings';

const MESSAGE_MAX_CHARS = 600;

/** What a series looked like when it was given up. */
export interface RejectedSeries {
  readonly symbol: string;
  readonly barsIn: number;
  readonly barsOut: number;
  readonly counts: readonly DecisionCount[];
}

const POLICY_OF: Readonly<Record<LedgerDecision, keyof CleanSettings | null>> = {
  unsorted: 'unsorted',
  duplicate: 'duplicates',
  nonPositivePrice: 'nonPositivePrices',
  missingValue: 'missingValues',
  inconsistentPrice: 'inconsistentPrices',
  negativeVolume: 'negativeVolume',
  stale: 'stale',
  future: null,
};

/**
 * Why a series may not be used, as InvalidBars, or null where it may: a decision that its policy rejects, no usable bar,
 * fewer than `minBars`, or more than `maxDroppedShare` dropped. Bars after the as-of instant were never asked for, so they
 * are left out of the share.
 */
export function findRejection(series: RejectedSeries, policy: CleanSettings): Result<never> | null {
  const refused = series.counts.filter(({ verdict }) => verdict === 'rejected');
  if (refused.length > 0) {
    const settings = refused.map(({ decision }) => `clean.${POLICY_OF[decision] ?? decision}: reject`).join(', ');
    return rejection(series, refused, `its policy refuses bars that it has (${settings})`);
  }
  const lost = series.counts.filter(({ verdict }) => verdict === 'dropped');
  const { barsIn, barsOut } = series;
  if (barsOut === 0)
    return rejection(series, lost, barsIn === 0 ? 'it has no bar' : `none of its ${barsIn} bars is usable`);
  if (barsOut < policy.minBars) {
    return rejection(
      series,
      lost,
      `${barsOut} of ${barsIn} bars are usable, at least ${policy.minBars} are needed (clean.minBars)`,
    );
  }
  const future = total(lost.filter(({ decision }) => decision === 'future'));
  const droppedShare = (total(lost) - future) / (barsIn - future);
  if (droppedShare <= policy.maxDroppedShare) return null;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const allowed = `at most ${percent(policy.maxDroppedShare)} may be (clean.maxDroppedShare)`;
  return rejection(series, lost, `${percent(droppedShare)} of its bars were dropped, ${allowed}`);
}

function rejection(series: RejectedSeries, culprits: readonly DecisionCount[], reason: string): Result<never> {
  const { symbol, barsIn, barsOut, counts } = series;
  const message = describe(`Symbol ${symbol}: ${reason}.`, counts, culprits);
  return fail('InvalidBars', message, {
    symbol,
    barsIn,
    barsOut,
    counts: Object.fromEntries(counts.map(({ decision, count }) => [decision, count])),
    firstRows: Object.fromEntries(culprits.map(({ decision, firstRows }) => [decision, firstRows])),
  });
}

/** Reason, all counts, and as many of the first offending rows as fit. */
function describe(reason: string, counts: readonly DecisionCount[], culprits: readonly DecisionCount[]): string {
  const advice = ' Mend the data or the clean policy of this symbol.';
  const found = counts.map(({ decision, verdict, count }) => `${decision} ${count} (${verdict})`).join(', ');
  const head = found === '' ? reason : `${reason} Found: ${found}.`;
  const rows = culprits
    .flatMap(({ decision, firstRows }) => firstRows.map((row) => ({ row, text: describeRow(decision, row) })))
    .sort((a, b) => a.row.row - b.row.row);
  let shown = '';
  for (const { text } of rows) {
    const longer = shown === '' ? ` First rows: ${text}` : `${shown}; ${text}`;
    if (head.length + longer.length + 1 + advice.length > MESSAGE_MAX_CHARS) break;
    shown = longer;
  }
  const message = head + (shown === '' ? '' : `${shown}.`) + advice;
  return message.length <= MESSAGE_MAX_CHARS ? message : `${message.slice(0, MESSAGE_MAX_CHARS - 1)}…`;
}

function describeRow(decision: LedgerDecision, row: LedgerRow): string {
  const short = (value: number): string => String(Number(value.toPrecision(6)));
  const values = [row.open, row.high, row.low, row.close, row.volume].map(short).join('/');
  return `row ${row.row} at ${stampText(row.time)} ${decision} OHLCV ${values}`;
}

/** ISO time, or what stands there instead of a stamp. Dates reach to 8.64e15 ms either side of 1970. */
function stampText(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : String(timeMs);
}

const total = (counts: readonly DecisionCount[]): number => counts.reduce((sum, { count }) => sum + count, 0);
