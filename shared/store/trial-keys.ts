import { nameSegment } from './keys';

/** The folder of a ledger. */
export function ledgerFolder(study: string, symbol: string): string {
  return `studies/${nameSegment(study)}/${nameSegment(symbol)}`;
}

export function entryKey(study: string, symbol: string, seq: number): string {
  return `${ledgerFolder(study, symbol)}/${String(seq)}.json`;
}

/** Where the head of a ledger of this length is left for whoever reads it later. */
export function headKey(study: string, symbol: string, length: number): string {
  return `${ledgerFolder(study, symbol)}/heads/${String(length)}.json`;
}

/** Where it stands what the first so many entries of a ledger come to. */
export function checkpointKey(folder: string, length: number): string {
  return `${folder}/checkpoints/${String(length)}.json`;
}

/** The folder of the ledger that a key belongs to; null for any other key. */
export function ledgerFolderOf(key: string): string | null {
  return /^studies\/[^/]+\/[^/]+(?=\/)/.exec(key)?.[0] ?? null;
}
