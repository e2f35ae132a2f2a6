import type { LedgerCheckpoint, LedgerHead, Trial, TrialEntry } from '../contracts/trials';
import { canonicalBytes, sha256Hex } from './hash';

/** What a ledger comes to: enough to judge a study by and to enter the next trial, without the entries themselves. */
export interface TrialTally {
  /** null while nothing is entered. */
  head(): LedgerHead | null;
  /** Whether a trial of this key was entered. */
  has(key: string): boolean;
  /** Of each configuration the newest, in the order in which configurations came. */
  trials(): readonly Trial[];
  /** The entry that comes next, whose bytes have this hash. */
  add(entry: TrialEntry, sha256: string): void;
  /** The same for the same entries, whoever counted them; null while nothing is entered. */
  checkpoint(study: string, symbol: string): { readonly bytes: Uint8Array; readonly sha256: string } | null;
}

/** Counts from the first entry on, or from behind a checkpoint. */
export function tallyTrials(from: LedgerCheckpoint | null = null): TrialTally {
  let head = from?.head ?? null;
  const keys = new Set(from?.keys ?? []);
  const newest = new Map((from?.trials ?? []).map((trial) => [trialIdentity(trial), trial]));
  return {
    head: () => head,
    has: (key) => keys.has(key),
    trials: () => [...newest.values()],
    add: ({ seq, trial }, sha256) => {
      head = { length: seq, sha256 };
      keys.add(trial.key);
      newest.set(trialIdentity(trial), trial);
    },
    checkpoint: (study, symbol) => {
      if (head === null) return null;
      const content: LedgerCheckpoint = { study, symbol, head, keys: [...keys], trials: [...newest.values()] };
      const bytes = canonicalBytes(content);
      return { bytes, sha256: sha256Hex(bytes) };
    },
  };
}

/** A configuration that was evaluated again on newer bars is no further trial: its newest evaluation stands for it. */
export function trialIdentity({ family, horizonBars, configuration }: Trial): string {
  return `${family} ${String(horizonBars)} ${configuration}`;
}
