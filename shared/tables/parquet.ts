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

/** Copied: the array is a view on memory that belongs to Polars. Told by its tag, as it may come from another realm. */
function typedColumn(frame: DataFrame, name: string, type: ColumnType): ColumnArray {
  const values: unknown = frame.getColumn(name).toTypedArray();
  if (Object.prototype.toString.call(values) !== `[object ${ARRAY_TAGS[type]}]`)
    throw new TypeError(`column ${name} of a table is not of type ${type}`);
  switch (type) {
    case 'f64':
      return new Float64Array(values as Float64Array);
    case 'i32':
      return new Int32Array(values as Int32Array);
    case 'i8':
      return new Int8Array(values as Int8Array);
  }
}

const ARRAY_TAGS = { f64: 'Float64Array', i32: 'Int32Array', i8: 'Int8Array' } as const satisfies Record<
  ColumnType,
  string
>;
