import type { LedgerHead, Trial, TrialEntry } from '../contracts/trials';
import { trialEntrySchema } from '../contracts/trials';
import { mapBounded } from './bounded';
import { canonicalBytes, sha256Hex } from './hash';
import { parsedOrNull } from './json-bytes';
import type { ObjectStore } from './port';
import { getEvenDamaged } from './port';
import { readRecentChain, readWholeChain } from './trial-chain';
import { checkpointKey, entryKey, headKey, ledgerFolder, ledgerFolderOf } from './trial-keys';

/** A checkpoint stands behind every so many entries: about a month of daily retrains of three models and two horizons. */
export const ENTRIES_PER_CHECKPOINT = 100;

/** A ledger whose chain holds from its first entry to its last. */
export interface VerifiedLedger {
  /** The oldest first. */
  readonly entries: readonly TrialEntry[];
  /** null while nothing is entered. */
  readonly head: LedgerHead | null;
}

/** What a ledger comes to, as whoever enters needs it. */
export interface EnteredLedger {
  readonly head: LedgerHead | null;
  /** Of each configuration the newest trial, in the order in which configurations came. */
  readonly trials: readonly Trial[];
}

/** A ledger by the names in it; where its first entry cannot be read, by its folder alone. */
export interface LedgerName {
  readonly folder: string;
  readonly study: string | null;
  readonly symbol: string | null;
}

/**
 * Every evaluated configuration of a study, by symbol: `studies/<study>/<symbol>/<seq>.json`, appended by exclusive writes
 * and chained by hash, each entry naming the SHA-256 of the one before. It is history and not content: nothing replaces or
 * removes an entry, so that a number of trials can be believed.
 *
 * Reading verifies. An entry that is gone, altered or out of place is `LedgerBroken`. The last entries have no successor to
 * speak for them: whoever enters leaves the head that he saw in `heads/<length>.json`, and records of runs name theirs.
 * Behind every `ENTRIES_PER_CHECKPOINT` entries `checkpoints/<length>.json` holds what they come to, and the next entry names
 * its hash: entering reads from there on. `read` reads all and counts every checkpoint anew.
 */
export interface TrialLedger {
  /** @param seen heads that run records name: the ledger must hold each of them still */
  read(study: string, symbol: string, seen?: readonly LedgerHead[]): Promise<VerifiedLedger>;
  /** Enters what is not entered yet (by the trial's key), whoever else enters meanwhile. */
  enter(study: string, symbol: string, trials: readonly Trial[], at: string): Promise<EnteredLedger>;
  /** Every ledger of the store, sorted by its folder. */
  list(): Promise<readonly LedgerName[]>;
  /** As `read`, of a ledger as `list` names it. */
  readFolder(folder: string, seen?: readonly LedgerHead[]): Promise<VerifiedLedger>;
}

export function createTrialLedger(objects: ObjectStore): TrialLedger {
  const readFolder: TrialLedger['readFolder'] = async (folder, seen = []) => {
    const { entries, tally } = await readWholeChain(objects, folder, seen);
    return { entries, head: tally.head() };
  };
  return {
    read: (study, symbol, seen) => readFolder(ledgerFolder(study, symbol), seen),
    readFolder,
    enter: async (study, symbol, trials, at) => {
      const folder = ledgerFolder(study, symbol);
      let { tally } = await readRecentChain(objects, folder);
      for (const trial of trials) {
        while (!tally.has(trial.key)) {
          const head = tally.head();
          const length = head?.length ?? 0;
          const checkpoint = length % ENTRIES_PER_CHECKPOINT === 0 ? tally.checkpoint(study, symbol) : null;
          // Before the entry that names it; whoever else writes it writes the same bytes.
          if (checkpoint !== null)
            await objects.put(checkpointKey(folder, length), checkpoint.bytes, { ifAbsent: true });
          const entry = trialEntrySchema.parse({
            ...{ study, symbol, seq: length + 1, previous: head?.sha256 ?? null, trial, at },
            ...(checkpoint === null ? {} : { checkpoint: checkpoint.sha256 }),
          });
          const bytes = canonicalBytes(entry);
          const put = await objects.put(entryKey(study, symbol, entry.seq), bytes, { ifAbsent: true });
          if (put === 'created') tally.add(entry, sha256Hex(bytes));
          else ({ tally } = await readRecentChain(objects, folder));
        }
      }
      const head = tally.head();
      if (head !== null)
        await objects.put(headKey(study, symbol, head.length), canonicalBytes(head), { ifAbsent: true });
      return { head, trials: tally.trials() };
    },
    list: async () => {
      const keys = await objects.list('studies/');
      const folders = [...new Set(keys.map(ledgerFolderOf).filter((folder) => folder !== null))].sort();
      return mapBounded(folders, async (folder) => {
        const first = parsedOrNull(trialEntrySchema, await getEvenDamaged(objects, `${folder}/1.json`));
        return { folder, study: first?.study ?? null, symbol: first?.symbol ?? null };
      });
    },
  };
}
