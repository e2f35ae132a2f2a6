import type { BarColumns, SeriesMeta } from '../core/bars';
import type { CleanLedger } from '../core/ledger';
import { fail, ok } from '../core/result';
import type { Result } from '../core/result';
import { createBarWriter, readBar } from './bar-row';
import type { BarRow, BarWriter } from './bar-row';
import { createDecisionLog, ledgerEntries } from './decision-log';
import type { Verdict } from './decision-log';
import { createGapLog } from './gap-log';
import { judgeBar, repairPrices } from './judge-bar';
import type { OrderReport } from './order';
import { findRejection } from './rejection';
import type { CleanSettings } from './settings';
import { createStaleRuns } from './stale-runs';

export interface CleanerMeta extends SeriesMeta {
  /** How the stamps were read; goes into the ledger as it is. */
  readonly stampNote: string;
  /** Bars that close later are dropped and counted; null: none. */
  readonly asOfMs: number | null;
}

export interface Cleaner {
  /**
   * Takes the next rows of the series and gives the bars that are settled by now; the last usable bar waits for the next
   * call, as a duplicate may follow it. `sourceRows` holds the row of the source for each row, where rows were sorted.
   *
   * Fails with Unexpected when rows of a policy `unsorted: sort` arrive unsorted: that is the caller's part.
   */
  push(chunk: BarColumns, sourceRows?: ArrayLike<number>): Result<BarColumns>;
  /**
   * Gives the last bar and the ledger. Fails with InvalidBars, with counts and first offending rows in message and
   * details, where the policy rejects a fault that was found, no bar is usable, fewer than `minBars` are left or more than
   * `maxDroppedShare` was dropped. Rejection waits until here so that the counts are those of the whole series.
   */
  finish(): Result<{ readonly tail: BarColumns; readonly ledger: CleanLedger }>;
}

const IN_ORDER: OrderReport = { movedRows: 0, firstMoved: [] };

/**
 * Cleans the bars of one symbol, chunk by chunk: how a series is cut into chunks changes neither a bar nor the ledger.
 *
 * Rows must come sorted by time; where the source is not (`createOrderScan` finds out), sort with `sortBars` and give its
 * `order` here, which the ledger counts. Each bar is judged by itself first (see judge-bar.ts); of usable bars that close
 * at one instant one is kept; from the n-th bar of a stale run on, n > `staleBars`, each is dropped or only counted. All
 * of it looks back only: cutting off the future, between two instants, changes no cleaned bar before. Nothing is ever
 * filled in; a dropped bar leaves a pause, and pauses longer than `gapBars` are counted as gaps.
 */
export function createCleaner(policy: CleanSettings, meta: CleanerMeta, order: OrderReport = IN_ORDER): Cleaner {
  const log = createDecisionLog();
  const gaps = createGapLog(policy.gapBars, meta.timeframeMs);
  const staleRunLength = createStaleRuns();
  let barsIn = 0;
  let barsOut = 0;
  let latestMs = -Infinity;
  let firstMs: number | null = null;
  let lastMs: number | null = null;
  let pending: BarRow | null = null;
  if (order.movedRows > 0) log.addMany('unsorted', unsortedVerdict(policy), order.movedRows, order.firstMoved);

  /** The bar that goes on to the duplicate check, or null when it ends here. */
  const admit = (bar: BarRow): BarRow | null => {
    const judgement = judgeBar(bar, policy, meta.asOfMs);
    if (judgement === null) return bar;
    log.add(judgement.decision, judgement.verdict, bar);
    return judgement.verdict === 'repaired' ? repairPrices(bar) : null;
  };

  /** Of two usable bars of one instant, the one that stays. */
  const choose = (earlier: BarRow, later: BarRow): BarRow => {
    const keepsLast = policy.duplicates === 'keepLast';
    log.add('duplicate', policy.duplicates === 'reject' ? 'rejected' : 'dropped', keepsLast ? earlier : later);
    return keepsLast ? later : earlier;
  };

  const emit = (bar: BarRow, writer: BarWriter): void => {
    if (staleRunLength(bar) > policy.staleBars) {
      const verdict = staleVerdict(policy);
      log.add('stale', verdict, bar);
      if (verdict !== 'kept') return;
    }
    if (lastMs !== null) gaps.observe(lastMs, bar.time);
    firstMs ??= bar.time;
    lastMs = bar.time;
    barsOut += 1;
    writer.push(bar);
  };

  /** False when the bar closes before one that came earlier. */
  const isInOrder = (bar: BarRow): boolean => {
    if (!Number.isFinite(bar.time)) return true;
    if (bar.time < latestMs) return false;
    latestMs = bar.time;
    return true;
  };

  const take = (bar: BarRow, writer: BarWriter): void => {
    const admitted = admit(bar);
    if (admitted === null) return;
    if (pending !== null && pending.time === admitted.time) {
      pending = choose(pending, admitted);
      return;
    }
    if (pending !== null) emit(pending, writer);
    pending = admitted;
  };

  const push = (chunk: BarColumns, sourceRows?: ArrayLike<number>): Result<BarColumns> => {
    const writer = createBarWriter(chunk.time.length + 1);
    for (let i = 0; i < chunk.time.length; i += 1) {
      const bar = readBar(chunk, i, sourceRows?.[i] ?? barsIn);
      barsIn += 1;
      if (isInOrder(bar)) take(bar, writer);
      else if (policy.unsorted === 'sort') return fail('Unexpected', unsortedMessage(meta.symbol, bar));
      else if (order.movedRows === 0) log.add('unsorted', 'rejected', bar);
    }
    return ok(writer.written());
  };

  const finish: Cleaner['finish'] = () => {
    const writer = createBarWriter(1);
    if (pending !== null) emit(pending, writer);
    pending = null;
    const { symbol, stampNote } = meta;
    const counts = log.counts();
    const rejection = findRejection({ symbol, barsIn, barsOut, counts }, policy);
    if (rejection !== null) return rejection;
    const entries = ledgerEntries(counts);
    const ledger = {
      symbol,
      barsIn,
      barsOut,
      entries,
      ...gaps.summary(firstMs ?? 0, lastMs ?? 0),
      firstMs,
      lastMs,
      stampNote,
    };
    return ok({ tail: writer.written(), ledger });
  };
  return { push, finish };
}

function unsortedVerdict(policy: CleanSettings): Verdict {
  return policy.unsorted === 'sort' ? 'sorted' : 'rejected';
}

function staleVerdict(policy: CleanSettings): Verdict {
  switch (policy.stale) {
    case 'keep':
      return 'kept';
    case 'drop':
      return 'dropped';
    case 'reject':
      return 'rejected';
  }
}

function unsortedMessage(symbol: string, bar: BarRow): string {
  return `The cleaner of ${symbol} was given row ${bar.row} (close instant ${bar.time}) after a later one; sort the bars with sortBars before pushing them.`;
}
