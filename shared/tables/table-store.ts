import type { ArtifactRef } from '../contracts/artifact';
import type { ArtifactKind, Artifacts } from '../store/artifacts';
import { StoreError } from '../store/port';
import { decodeParquet, encodeParquet } from './parquet';
import type { ColumnArray, TableChunk, TableManifest } from './table';
import { chunkRows, columnTypeOf, emptyColumn, rowsPerPartOf, tableManifestSchema } from './table';

const PART_KIND: ArtifactKind = { kind: 'table-part', schemaVersion: 1 };

/** A finished table: its manifest's reference and those of its parts, which a stage marker names too. */
export interface WrittenTable {
  readonly ref: ArtifactRef;
  readonly rows: number;
  readonly parts: readonly ArtifactRef[];
}

/** Takes chunks of any length and writes parts of exactly so many rows (see `rowsPerPartOf`), the last one shorter. */
export interface TableWriter {
  push(chunk: TableChunk): Promise<void>;
  /** Writes the rest and the manifest; a table without rows has no part. */
  finish(): Promise<WrittenTable>;
}

/** `fixedRowsPerPart` is part of a table's bytes: another number than that of its columns is for tests. */
export function createTableWriter(
  artifacts: Artifacts,
  kind: ArtifactKind,
  fixedRowsPerPart: number | null = null,
): TableWriter {
  let pending: TableChunk[] = [];
  let pendingRows = 0;
  let columns: TableManifest['columns'] | null = null;
  const parts: TableManifest['parts'] = [];
  let rows = 0;

  const flush = async (count: number): Promise<void> => {
    const joined = joinChunks(pending, columns ?? []);
    const part = sliceChunk(joined, 0, count);
    const rest = sliceChunk(joined, count, pendingRows);
    parts.push({ ref: await artifacts.put(await encodeParquet(part), PART_KIND), rows: count });
    pendingRows -= count;
    // An empty view would keep the rows that it is a view on.
    pending = pendingRows === 0 ? [] : [rest];
    rows += count;
  };
  return {
    push: async (chunk) => {
      columns ??= Object.entries(chunk).map(([name, column]) => ({ name, type: columnTypeOf(column) }));
      pending.push(chunk);
      pendingRows += chunkRows(chunk);
      const rowsPerPart = fixedRowsPerPart ?? rowsPerPartOf(columns);
      while (pendingRows >= rowsPerPart) await flush(rowsPerPart);
    },
    finish: async () => {
      if (pendingRows > 0) await flush(pendingRows);
      const manifest: TableManifest = { columns: columns ?? [], rows, parts };
      return { ref: await artifacts.putJson(manifest, kind), rows, parts: parts.map((part) => part.ref) };
    },
  };
}

/** A table in the store: its manifest, and its rows part by part or whole. */
export interface TableReader {
  readonly manifest: TableManifest;
  /** Part by part, with the named columns (all without names). */
  chunks(names?: readonly string[]): AsyncIterable<TableChunk>;
  /** Whole columns in memory. */
  columns(names?: readonly string[]): Promise<TableChunk>;
}

export async function openTable(artifacts: Artifacts, ref: ArtifactRef, kind: ArtifactKind): Promise<TableReader> {
  const manifest = parseManifest(await artifacts.getJson(ref, kind), ref);
  async function* chunks(names?: readonly string[]): AsyncGenerator<TableChunk> {
    const wanted = wantedColumns(manifest, names, ref);
    for (const part of manifest.parts) yield await decodeParquet(await artifacts.get(part.ref, PART_KIND), wanted);
  }
  const columns = async (names?: readonly string[]): Promise<TableChunk> => {
    const wanted = wantedColumns(manifest, names, ref);
    const whole = Object.fromEntries(wanted.map(({ name, type }) => [name, emptyColumn(type, manifest.rows)]));
    let offset = 0;
    for await (const chunk of chunks(names)) {
      for (const { name } of wanted) copyInto(whole[name], chunk[name], offset);
      offset += chunkRows(chunk);
    }
    return whole;
  };
  return { manifest, chunks, columns };
}

export function float64Column(chunk: TableChunk, name: string): Float64Array {
  const column = chunk[name];
  if (column instanceof Float64Array) return column;
  throw new TypeError(`table has no column ${name} of doubles`);
}

export function int32Column(chunk: TableChunk, name: string): Int32Array {
  const column = chunk[name];
  if (column instanceof Int32Array) return column;
  throw new TypeError(`table has no column ${name} of 32-bit integers`);
}

export function int8Column(chunk: TableChunk, name: string): Int8Array {
  const column = chunk[name];
  if (column instanceof Int8Array) return column;
  throw new TypeError(`table has no column ${name} of 8-bit integers`);
}

function parseManifest(value: unknown, ref: ArtifactRef): TableManifest {
  const parsed = tableManifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StoreError('ArtifactCorrupt', `${ref.kind} ${ref.uri} is not a table manifest: ${parsed.error.message}`);
}

function wantedColumns(
  manifest: TableManifest,
  names: readonly string[] | undefined,
  ref: ArtifactRef,
): TableManifest['columns'] {
  if (names === undefined) return manifest.columns;
  return names.map((name) => {
    const found = manifest.columns.find((column) => column.name === name);
    if (found === undefined) throw new StoreError('ArtifactCorrupt', `${ref.kind} ${ref.uri} has no column ${name}`);
    return found;
  });
}

function joinChunks(chunks: readonly TableChunk[], columns: TableManifest['columns']): TableChunk {
  const only = chunks.length === 1 ? chunks[0] : undefined;
  if (only !== undefined) return only;
  const rows = chunks.reduce((sum, chunk) => sum + chunkRows(chunk), 0);
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const joined = emptyColumn(type, rows);
      let offset = 0;
      for (const chunk of chunks) {
        copyInto(joined, chunk[name], offset);
        offset += chunkRows(chunk);
      }
      return [name, joined];
    }),
  );
}

function sliceChunk(chunk: TableChunk, from: number, to: number): TableChunk {
  return Object.fromEntries(Object.entries(chunk).map(([name, column]) => [name, column.subarray(from, to)]));
}

function copyInto(target: ColumnArray | undefined, source: ColumnArray | undefined, offset: number): void {
  if (target === undefined || source === undefined) throw new TypeError('a chunk lacks a column of its table');
  target.set(source, offset);
}
