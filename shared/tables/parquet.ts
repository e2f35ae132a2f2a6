import type { DataFrame } from 'nodejs-polars';
import { loadPolars } from '../runtime/polars';
import type { ColumnArray, ColumnType, TableChunk, TableManifest } from './table';

/** Encodes columns as one Parquet file. The same columns always give the same bytes. */
export async function encodeParquet(chunk: TableChunk): Promise<Uint8Array> {
  const pl = await loadPolars();
  const frame = pl.DataFrame(Object.entries(chunk).map(([name, column]) => pl.Series(name, column)));
  return frame.writeParquet({ compression: 'zstd' });
}

/** Decodes the named columns of a Parquet file written by `encodeParquet`. */
export async function decodeParquet(bytes: Uint8Array, columns: TableManifest['columns']): Promise<TableChunk> {
  const pl = await loadPolars();
  const frame = pl.readParquet(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    columns: columns.map((column) => column.name),
  });
  return Object.fromEntries(columns.map(({ name, type }) => [name, typedColumn(frame, name, type)]));
}

function typedColumn(frame: DataFrame, name: string, type: ColumnType): ColumnArray {
  const values: unknown = frame.getColumn(name).toTypedArray();
  // Copied: the array is a view on memory that belongs to Polars.
  if (type === 'f64' && values instanceof Float64Array) return values.slice();
  if (type === 'i32' && values instanceof Int32Array) return values.slice();
  if (type === 'i8' && values instanceof Int8Array) return values.slice();
  throw new TypeError(`column ${name} of a table is not of type ${type}`);
}
