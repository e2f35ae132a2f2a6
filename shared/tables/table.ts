import { z } from 'zod';
import { artifactRefSchema } from '../contracts/artifact';

/** Rows in one Parquet part at most; the last part of a table may have fewer. Parts never depend on how the rows arrived. */
export const ROWS_PER_PART = 500_000;
/** Bytes that the columns of one part take in memory: what reads or writes a wide table holds a few times as much. */
const PART_BYTES = 48 * 2 ** 20;

export type ColumnArray = Float64Array | Int32Array | Int8Array;
export type ColumnType = 'f64' | 'i32' | 'i8';
/** A chunk of a table: columns of equal length, by name, in the table's order. */
export type TableChunk = Readonly<Record<string, ColumnArray>>;

const columnTypeSchema = z.enum(['f64', 'i32', 'i8']);

/** The manifest of a table: what travels instead of its rows. */
export const tableManifestSchema = z.strictObject({
  columns: z.array(z.strictObject({ name: z.string(), type: columnTypeSchema })),
  rows: z.number().int().nonnegative(),
  parts: z.array(z.strictObject({ ref: artifactRefSchema, rows: z.number().int().positive() })),
});
export type TableManifest = z.infer<typeof tableManifestSchema>;

/** Rows in one part of a table with these columns. A wide table has shorter parts; part of a table's bytes, so fixed. */
export function rowsPerPartOf(columns: TableManifest['columns']): number {
  const rowBytes = columns.reduce((sum, { type }) => sum + VALUE_BYTES[type], 0);
  return Math.min(ROWS_PER_PART, Math.floor(PART_BYTES / rowBytes));
}

const VALUE_BYTES = { f64: 8, i32: 4, i8: 1 } as const satisfies Record<ColumnType, number>;

export function columnTypeOf(column: ColumnArray): ColumnType {
  if (column instanceof Float64Array) return 'f64';
  return column instanceof Int32Array ? 'i32' : 'i8';
}

export function emptyColumn(type: ColumnType, length: number): ColumnArray {
  switch (type) {
    case 'f64':
      return new Float64Array(length);
    case 'i32':
      return new Int32Array(length);
    case 'i8':
      return new Int8Array(length);
  }
}

export function chunkRows(chunk: TableChunk): number {
  return Object.values(chunk)[0]?.length ?? 0;
}
