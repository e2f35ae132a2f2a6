import type { LedgerHead, Trial, TrialEntry } from '../contracts/trials';
import { ledgerHeadSchema, trialEntrySchema } from '../contracts/trials';
import { mapBounded } from './bounded';
import { canonicalBytes, sha256Hex } from './hash';
import { parsedOrNull } from './json-bytes';
import type { ObjectStore } from './port';
import { StoreError, getEvenDamaged } from './port';
import { entryNumbers } from './registry-keys';
import { entryKey, headKey, ledgerFolder, ledgerFolderOf } from './trial-keys';

/** A ledger whose chain holds from its first entry to its last. */
export interface VerifiedLedger {
  /** The oldest first. */
  readonly entries: readonly TrialEntry[];
  /** null while nothing is entered. */
  readonly head: LedgerHead | null;
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
 */
export interface TrialLedger {
  /** @param seen heads that run records name: the ledger must hold each of them still */
  read(study: string, symbol: string, seen?: readonly LedgerHead[]): Promise<VerifiedLedger>;
  /** Enters what is not entered yet (by the trial's key), whoever else enters meanwhile; answers with the whole ledger. */
  enter(study: string, symbol: string, trials: readonly Trial[], at: string): Promise<VerifiedLedger>;
  /** Every ledger of the store, sorted by its folder. */
  list(): Promise<readonly LedgerName[]>;
  /** As `read`, of a ledger as `list` names it. */
  readFolder(folder: string, seen?: readonly LedgerHead[]): Promise<VerifiedLedger>;
}

export function createTrialLedger(objects: ObjectStore): TrialLedger {
  const readFolder = async (folder: string, seen: readonly LedgerHead[] = []): Promise<VerifiedLedger> => {
    // Heads before entries: a ledger that grows meanwhile holds every head that was there.
    const heads = [...seen, ...(await readHeads(objects, folder))];
    const keys = (await objects.list(`${folder}/`)).filter((key) => !key.startsWith(`${folder}/heads/`));
    const chain = await mapBounded(entryNumbers(keys), (seq) => readEntry(objects, folder, seq));
    return verified(folder, chain, heads);
  };
  const read: TrialLedger['read'] = (study, symbol, seen) => readFolder(ledgerFolder(study, symbol), seen);
  return {
    read,
    readFolder,
    enter: async (study, symbol, trials, at) => {
      let ledger = await read(study, symbol);
      for (const trial of trials) {
        while (!ledger.entries.some((entry) => entry.trial.key === trial.key)) {
          const seq = ledger.entries.length + 1;
          const entry = trialEntrySchema.parse({
            study,
            symbol,
            seq,
            previous: ledger.head?.sha256 ?? null,
            trial,
            at,
          });
          const bytes = canonicalBytes(entry);
          const put = await objects.put(entryKey(study, symbol, seq), bytes, { ifAbsent: true });
          ledger =
            put === 'created'
              ? { entries: [...ledger.entries, entry], head: { length: seq, sha256: sha256Hex(bytes) } }
              : await read(study, symbol);
        }
      }
      const { head } = ledger;
      if (head !== null)
        await objects.put(headKey(study, symbol, head.length), canonicalBytes(head), { ifAbsent: true });
      return ledger;
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

interface Link {
  readonly key: string;
  readonly seq: number;
  readonly sha256: string;
  /** null where it cannot be read. */
  readonly entry: TrialEntry | null;
}

async function readEntry(objects: ObjectStore, folder: string, seq: number): Promise<Link> {
  const key = `${folder}/${String(seq)}.json`;
  const bytes = await getEvenDamaged(objects, key);
  return { key, seq, sha256: sha256Hex(bytes ?? ''), entry: parsedOrNull(trialEntrySchema, bytes) };
}

async function readHeads(objects: ObjectStore, folder: string): Promise<readonly LedgerHead[]> {
  const keys = await objects.list(`${folder}/heads/`);
  return mapBounded(keys, async (key) => {
    const head = parsedOrNull(ledgerHeadSchema, await getEvenDamaged(objects, key));
    if (head !== null) return head;
    throw broken(folder, `${key}, which says how long it was, cannot be read`);
  });
}

/** Checks places, hashes and names from the first entry to the last, then the heads that were seen. */
function verified(folder: string, chain: readonly Link[], heads: readonly LedgerHead[]): VerifiedLedger {
  const entries = chain.map(({ key, seq, entry }, i) => {
    const before = chain[i - 1];
    if (seq !== i + 1) throw broken(folder, `entry ${String(i + 1)} is gone, entry ${String(seq)} is there`);
    if (entry === null) throw broken(folder, `${key} cannot be read`);
    if (entry.seq !== seq || ledgerFolder(entry.study, entry.symbol) !== folder)
      throw broken(folder, `${key} is entry ${String(entry.seq)} of ${entry.study}, ${entry.symbol}`);
    if (entry.previous !== (before?.sha256 ?? null))
      throw broken(folder, `entry ${String(i)} is not the one that entry ${String(seq)} was written after`);
    return entry;
  });
  for (const { length, sha256 } of heads) {
    const link = chain[length - 1];
    if (link === undefined)
      throw broken(folder, `it has ${String(chain.length)} entries, ${String(length)} were seen before`);
    if (link.sha256 !== sha256) throw broken(folder, `entry ${String(length)} is not the one that was seen before`);
  }
  const last = chain.at(-1);
  return { entries, head: last === undefined ? null : { length: last.seq, sha256: last.sha256 } };
}

function broken(folder: string, what: string): StoreError {
  return new StoreError(
    'LedgerBroken',
    `the trial ledger ${folder} is broken: ${what}; restore it from a backup, or begin another study (study: <name>)`,
  );
}
