import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { BarColumns } from '../../../domain/core/bars';
import { concatBars } from '../../../domain/core/bars';
import type { ArtifactRef } from '../../contracts/artifact';
import type { VendorSnapshot } from '../../contracts/vendor';
import { vendorSnapshotSchema } from '../../contracts/vendor';
import { ARTIFACT_KINDS } from '../../names/artifact-kinds';
import type { Artifacts } from '../../store/artifacts';
import { canonicalBytes, sha256Hex } from '../../store/hash';
import { parsedOrNull } from '../../store/json-bytes';
import { keySegment } from '../../store/keys';
import type { ObjectStore } from '../../store/port';
import { StoreError, getEvenDamaged } from '../../store/port';
import { barsToChunk, readBars } from '../../tables/bar-table';
import { createTableWriter } from '../../tables/table-store';
import type { WrittenTable } from '../../tables/table-store';

/**
 * What a vendor has told so far, symbol by symbol. Snapshots are numbered from 1 and never altered: each is put exclusively
 * under the next number, so that of two workers that ask at once both answers are kept, one after the other.
 */
export interface VendorSnapshots {
  /** The newest snapshot whose bars are intact; null where there is none. */
  latest(symbol: string): Promise<VendorSnapshot | null>;
  get(symbol: string, number: number): Promise<VendorSnapshot | null>;
  append(symbol: string, fields: Omit<VendorSnapshot, 'schemaVersion' | 'symbol' | 'number'>): Promise<VendorSnapshot>;
  putBars(bars: BarColumns): Promise<WrittenTable>;
  /** Part by part. */
  chunks(snapshot: VendorSnapshot): AsyncIterable<BarColumns>;
  readBars(snapshot: VendorSnapshot): Promise<BarColumns>;
  putPage(body: Uint8Array): Promise<ArtifactRef>;
  /** null where the bytes are gone or damaged: the page is asked for anew. */
  readPage(ref: ArtifactRef): Promise<Buffer | null>;
  /** The root run that was the first to read a snapshot; null: none yet. */
  readerOf(symbol: string, number: number): Promise<string | null>;
  /** Enters a run as the first reader, where there is none. */
  markRead(symbol: string, number: number, runId: string): Promise<void>;
}

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Two workers at once are usual, many are not. */
const MAX_APPEND_TRIES = 20;

export function createVendorSnapshots(
  { objects, artifacts }: { readonly objects: ObjectStore; readonly artifacts: Artifacts },
  source: string,
): VendorSnapshots {
  const folderOf = (symbol: string): string => `vendors/${source}/${symbolSegment(symbol)}`;
  const keyOf = (symbol: string, number: number): string => `${folderOf(symbol)}/${padded(number)}.json`;
  const readerKey = (symbol: string, number: number): string => `${folderOf(symbol)}/${padded(number)}.reader.json`;
  const numbers = async (symbol: string): Promise<readonly number[]> => {
    const keys = await objects.list(`${folderOf(symbol)}/`);
    return keys.flatMap((key) => {
      const [, digits] = /\/(\d{8})\.json$/.exec(key) ?? [];
      return digits === undefined ? [] : [Number(digits)];
    });
  };
  const get = async (symbol: string, number: number): Promise<VendorSnapshot | null> =>
    parsedOrNull(vendorSnapshotSchema, await getEvenDamaged(objects, keyOf(symbol, number)));

  const chunks = ({ bars }: VendorSnapshot): AsyncIterable<BarColumns> =>
    readBars(artifacts, bars, ARTIFACT_KINDS.rawBars);

  return {
    get,
    latest: async (symbol) => {
      for (const number of [...(await numbers(symbol))].sort((a, b) => b - a)) {
        const snapshot = await get(symbol, number);
        if (snapshot !== null && (await allIntact(artifacts, [snapshot.bars, ...snapshot.parts]))) return snapshot;
      }
      return null;
    },
    append: async (symbol, fields) => {
      const last = Math.max(0, ...(await numbers(symbol)));
      for (let number = last + 1; number <= last + MAX_APPEND_TRIES; number += 1) {
        const snapshot: VendorSnapshot = { schemaVersion: 1, symbol, number, ...fields };
        const bytes = canonicalBytes(snapshot);
        if ((await objects.put(keyOf(symbol, number), bytes, { ifAbsent: true })) === 'created') return snapshot;
      }
      throw new StoreError('StoreUnavailable', `too many workers write snapshots of ${symbol} at once`);
    },
    putBars: async (bars) => {
      const writer = createTableWriter(artifacts, ARTIFACT_KINDS.rawBars);
      await writer.push(barsToChunk(bars));
      return writer.finish();
    },
    chunks,
    readBars: async (snapshot) => {
      const parts: BarColumns[] = [];
      for await (const part of chunks(snapshot)) parts.push(part);
      return concatBars(parts);
    },
    putPage: async (body) => artifacts.put(await zip(body), ARTIFACT_KINDS.vendorPage),
    readPage: async (ref) =>
      (await artifacts.isIntact(ref)) ? unzip(await artifacts.get(ref, ARTIFACT_KINDS.vendorPage)) : null,
    readerOf: async (symbol, number) => {
      // An entry that is damaged still says that some run has read it.
      const bytes = await getEvenDamaged(objects, readerKey(symbol, number));
      return bytes === null ? null : Buffer.from(bytes).toString('utf8');
    },
    markRead: async (symbol, number, runId) => {
      await objects.put(readerKey(symbol, number), Buffer.from(runId, 'utf8'), { ifAbsent: true });
    },
  };
}

/** Snapshots are found again by what decides their bars: where they come from and how they are read. */
export function sourceHash(decisive: unknown): string {
  return sha256Hex(canonicalBytes(decisive)).slice(0, 32);
}

const MAX_SEGMENT = 120;

function symbolSegment(symbol: string): string {
  const segment = keySegment(symbol);
  return segment.length <= MAX_SEGMENT ? segment : `${segment.slice(0, 80)}=${sha256Hex(symbol).slice(0, 32)}`;
}

function padded(number: number): string {
  return String(number).padStart(8, '0');
}

async function allIntact(artifacts: Artifacts, refs: readonly ArtifactRef[]): Promise<boolean> {
  for (const ref of refs) if (!(await artifacts.isIntact(ref))) return false;
  return true;
}
