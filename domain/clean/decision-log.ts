import { LEDGER_DECISIONS } from '../core/ledger';
import type { LedgerAction, LedgerDecision, LedgerEntry, LedgerRow } from '../core/ledger';

/** So many offending rows are shown for each decision. */
export const FIRST_ROWS_MAX = 5;

/** What a policy says about a decision: one of the ledger's actions, or that the symbol fails. */
export type Verdict = LedgerAction | 'rejected';

export interface DecisionCount {
  readonly decision: LedgerDecision;
  readonly verdict: Verdict;
  readonly count: number;
  readonly firstRows: readonly LedgerRow[];
}

export interface DecisionLog {
  add(decision: LedgerDecision, verdict: Verdict, row: LedgerRow): void;
  /** Enters decisions that were counted elsewhere. */
  addMany(decision: LedgerDecision, verdict: Verdict, count: number, firstRows: readonly LedgerRow[]): void;
  /** Every decision that was taken at least once, in the order of LEDGER_DECISIONS. */
  counts(): DecisionCount[];
}

export function createDecisionLog(): DecisionLog {
  const byDecision = new Map<LedgerDecision, { verdict: Verdict; count: number; firstRows: LedgerRow[] }>();
  const addMany: DecisionLog['addMany'] = (decision, verdict, count, rows) => {
    const entry = byDecision.get(decision) ?? { verdict, count: 0, firstRows: [] };
    byDecision.set(decision, entry);
    entry.count += count;
    entry.firstRows.push(...rows.slice(0, FIRST_ROWS_MAX - entry.firstRows.length));
  };
  return {
    addMany,
    add: (decision, verdict, row) => addMany(decision, verdict, 1, [row]),
    counts: () =>
      LEDGER_DECISIONS.flatMap((decision) => {
        const entry = byDecision.get(decision);
        return entry === undefined ? [] : [{ decision, ...entry, firstRows: [...entry.firstRows] }];
      }),
  };
}

/** The counts as the ledger's entries; only a series that was not rejected has a ledger. */
export function ledgerEntries(counts: readonly DecisionCount[]): LedgerEntry[] {
  return counts.flatMap(({ decision, verdict, count, firstRows }) =>
    verdict === 'rejected' ? [] : [{ decision, action: verdict, count, firstRows }],
  );
}
