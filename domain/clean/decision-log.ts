import { DAY_MS } from '../core/durations';
import { LEDGER_DECISIONS } from '../core/ledger';
import type { LedgerAction, LedgerDecision, LedgerEntry, LedgerRow } from '../core/ledger';

/** So many offending rows are shown for each decision. */
export const FIRST_ROWS_MAX = 5;

/** Instants of one decision at most: what a picture of half a page can tell apart. */
const MOST_TIMES = 100;

/** What a policy says about a decision: one of the ledger's actions, or that the symbol fails. */
export type Verdict = LedgerAction | 'rejected';

export interface DecisionCount {
  readonly decision: LedgerDecision;
  readonly verdict: Verdict;
  readonly count: number;
  readonly firstRows: readonly LedgerRow[];
  /** Starts of the stretches of days in which it was taken; not there where instants are not known. */
  readonly times?: readonly number[];
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
  const daysOf = new Map<LedgerDecision, Set<number>>();
  const addMany: DecisionLog['addMany'] = (decision, verdict, count, rows) => {
    const entry = byDecision.get(decision) ?? { verdict, count: 0, firstRows: [] };
    byDecision.set(decision, entry);
    entry.count += count;
    entry.firstRows.push(...rows.slice(0, FIRST_ROWS_MAX - entry.firstRows.length));
  };
  return {
    addMany,
    add: (decision, verdict, row) => {
      addMany(decision, verdict, 1, [row]);
      if (!Number.isFinite(row.time)) return;
      const days = daysOf.get(decision) ?? new Set();
      daysOf.set(decision, days.add(Math.floor(row.time / DAY_MS)));
    },
    counts: () =>
      LEDGER_DECISIONS.flatMap((decision) => {
        const entry = byDecision.get(decision);
        if (entry === undefined) return [];
        const days = daysOf.get(decision);
        const times = days === undefined ? {} : { times: stretchesOf(days) };
        return [{ decision, ...entry, firstRows: [...entry.firstRows], ...times }];
      }),
  };
}

/** The days, or of many days the first of each stretch of equally many in which one lies. */
function stretchesOf(days: ReadonlySet<number>): number[] {
  const ascending = [...days].sort((a, b) => a - b);
  const [first = 0, last = 0] = [ascending[0], ascending.at(-1)];
  const width = Math.ceil((last - first + 1) / MOST_TIMES);
  const starts = new Set(ascending.map((day) => first + Math.floor((day - first) / width) * width));
  return [...starts].map((day) => day * DAY_MS);
}

/** The counts as the ledger's entries; only a series that was not rejected has a ledger. */
export function ledgerEntries(counts: readonly DecisionCount[]): LedgerEntry[] {
  return counts.flatMap(({ verdict, ...counted }) => (verdict === 'rejected' ? [] : [{ action: verdict, ...counted }]));
}
