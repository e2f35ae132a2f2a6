import type { LedgerCheckpoint, LedgerHead, TrialEntry } from '../contracts/trials';
import { ledgerCheckpointSchema, ledgerHeadSchema, trialEntrySchema } from '../contracts/trials';
import { mapBounded } from './bounded';
import { sha256Hex } from './hash';
import { parsedOrNull } from './json-bytes';
import type { ObjectStore } from './port';
import { StoreError, getEvenDamaged } from './port';
import { entryNumbers } from './registry-keys';
import { checkpointKey, ledgerFolder } from './trial-keys';
import type { TrialTally } from './trial-tally';
import { tallyTrials } from './trial-tally';

/** The part of a ledger that was read, verified, and what the whole of it comes to. */
export interface VerifiedChain {
  /** Those behind the checkpoint that was started from; all of them where none was. */
  readonly entries: readonly TrialEntry[];
  readonly tally: TrialTally;
}

/**
 * Reads every entry and every checkpoint, and counts each checkpoint anew. Throws `LedgerBroken`.
 *
 * @param seen heads that run records name: the ledger must hold each of them still
 */
export async function readWholeChain(
  objects: ObjectStore,
  folder: string,
  seen: readonly LedgerHead[],
): Promise<VerifiedChain> {
  return readFrom(objects, folder, await namesOf(objects, folder), null, seen);
}

/**
 * Reads what came since the newest checkpoint, and the checkpoint: no more objects as the ledger grows. The entry behind a
 * checkpoint names its hash and is chained to the last one, so an edited checkpoint is noticed; an entry before it that was
 * edited is not, and changes nothing of what is counted here. Throws `LedgerBroken`.
 */
export async function readRecentChain(objects: ObjectStore, folder: string): Promise<VerifiedChain> {
  const names = await namesOf(objects, folder);
  return readFrom(
    objects,
    folder,
    names,
    names.checkpoints.filter((length) => length < names.length).at(-1) ?? null,
    [],
  );
}

interface LedgerNames {
  /** Of the entries, which are there from 1 to this number. */
  readonly length: number;
  readonly heads: readonly number[];
  readonly checkpoints: readonly number[];
}

async function namesOf(objects: ObjectStore, folder: string): Promise<LedgerNames> {
  // Heads before entries: a ledger that grows meanwhile holds every head that was there.
  const heads = entryNumbers(await objects.list(`${folder}/heads/`));
  const keys = await objects.list(`${folder}/`);
  const below = (kind: string): readonly string[] => keys.filter((key) => key.startsWith(`${folder}/${kind}/`));
  const entries = entryNumbers(keys.filter((key) => !key.slice(folder.length + 1).includes('/')));
  const gap = entries.findIndex((seq, i) => seq !== i + 1);
  if (gap >= 0) throw broken(folder, `entry ${String(gap + 1)} is gone, entry ${String(entries[gap])} is there`);
  return { length: entries.length, heads, checkpoints: entryNumbers(below('checkpoints')) };
}

interface Link {
  readonly key: string;
  readonly seq: number;
  readonly sha256: string;
  /** null where it cannot be read. */
  readonly entry: TrialEntry | null;
}

async function readFrom(
  objects: ObjectStore,
  folder: string,
  names: LedgerNames,
  start: number | null,
  seen: readonly LedgerHead[],
): Promise<VerifiedChain> {
  const first = start ?? 1;
  const sequence = Array.from({ length: names.length - first + 1 }, (_, i) => first + i);
  const links = await mapBounded(sequence, (seq) => readEntry(objects, folder, seq));
  const checkpoints = new Map(
    await mapBounded(
      names.checkpoints.filter((length) => length >= first),
      async (length) => [length, await readCheckpoint(objects, folder, length)] as const,
    ),
  );
  const heads = await readHeads(
    objects,
    folder,
    names.heads.filter((length) => length >= first),
  );
  const chain = start === null ? { from: null, links } : behind(folder, links, checkpoints.get(start));
  // An old checkpoint that no entry names speaks for nothing: the ledger is read whole.
  if (chain === null) return readFrom(objects, folder, names, null, seen);
  const read = verified(folder, chain.links, chain.from, checkpoints);
  checkHeads(folder, names.length, links, [...heads, ...seen]);
  return read;
}

interface ReadCheckpoint {
  readonly sha256: string;
  readonly content: LedgerCheckpoint | null;
}

/** What to go on from, and with; null where the entry behind the checkpoint does not name it. */
function behind(
  folder: string,
  links: readonly Link[],
  checkpoint: ReadCheckpoint | undefined,
): { readonly from: LedgerCheckpoint; readonly links: readonly Link[] } | null {
  const [last, next] = links;
  if (next?.entry?.checkpoint === undefined || last === undefined) return null;
  const content = checkpoint?.content ?? null;
  if (content === null || checkpoint?.sha256 !== next.entry.checkpoint) throw notNamed(folder, last.seq);
  if (content.head.sha256 !== last.sha256)
    throw broken(folder, `entry ${String(last.seq)} is not the one that its checkpoint was written after`);
  return { from: content, links: links.slice(1) };
}

/** Checks places, hashes, names and checkpoints, from the first entry given to the last. */
function verified(
  folder: string,
  links: readonly Link[],
  from: LedgerCheckpoint | null,
  checkpoints: ReadonlyMap<number, ReadCheckpoint>,
): VerifiedChain {
  const tally = tallyTrials(from);
  const entries = links.map(({ key, seq, sha256, entry }) => {
    if (entry === null) throw broken(folder, `${key} cannot be read`);
    if (entry.seq !== seq || ledgerFolder(entry.study, entry.symbol) !== folder)
      throw broken(folder, `${key} is entry ${String(entry.seq)} of ${entry.study}, ${entry.symbol}`);
    if (entry.previous !== (tally.head()?.sha256 ?? null))
      throw broken(folder, `entry ${String(seq - 1)} is not the one that entry ${String(seq)} was written after`);
    if (entry.checkpoint !== undefined && from?.head.length !== seq - 1) {
      const counted = tally.checkpoint(entry.study, entry.symbol)?.sha256;
      if (counted !== entry.checkpoint || checkpoints.get(seq - 1)?.sha256 !== counted) throw notNamed(folder, seq - 1);
    }
    tally.add(entry, sha256);
    return entry;
  });
  return { entries, tally };
}

function checkHeads(folder: string, length: number, links: readonly Link[], heads: readonly LedgerHead[]): void {
  for (const head of heads) {
    if (head.length > length)
      throw broken(folder, `it has ${String(length)} entries, ${String(head.length)} were seen before`);
    const link = links.find(({ seq }) => seq === head.length);
    if (link !== undefined && link.sha256 !== head.sha256)
      throw broken(folder, `entry ${String(head.length)} is not the one that was seen before`);
  }
}

async function readEntry(objects: ObjectStore, folder: string, seq: number): Promise<Link> {
  const key = `${folder}/${String(seq)}.json`;
  const bytes = await getEvenDamaged(objects, key);
  return { key, seq, sha256: sha256Hex(bytes ?? ''), entry: parsedOrNull(trialEntrySchema, bytes) };
}

async function readCheckpoint(objects: ObjectStore, folder: string, length: number): Promise<ReadCheckpoint> {
  const bytes = await getEvenDamaged(objects, checkpointKey(folder, length));
  return { sha256: sha256Hex(bytes ?? ''), content: parsedOrNull(ledgerCheckpointSchema, bytes) };
}

async function readHeads(
  objects: ObjectStore,
  folder: string,
  lengths: readonly number[],
): Promise<readonly LedgerHead[]> {
  return mapBounded(lengths, async (length) => {
    const key = `${folder}/heads/${String(length)}.json`;
    const head = parsedOrNull(ledgerHeadSchema, await getEvenDamaged(objects, key));
    if (head?.length === length) return head;
    throw broken(folder, `${key}, which says how long it was, cannot be read`);
  });
}

function notNamed(folder: string, length: number): StoreError {
  const [key, next] = [checkpointKey(folder, length), String(length + 1)];
  return broken(folder, `${key} is gone, or not the one that entry ${next} was written after`);
}

function broken(folder: string, what: string): StoreError {
  return new StoreError(
    'LedgerBroken',
    `the trial ledger ${folder} is broken: ${what}; restore it from a backup, or begin another study (study: <name>)`,
  );
}
