import { z } from 'zod';
import { artifactRefSchema } from '../contracts/artifact';

/** Rows in one Parquet part; the last part of a table may have fewer. Parts never depend on how the rows arrived. */
export const ROWS_PER_PART = 500_000;

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
