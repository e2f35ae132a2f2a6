/**
 * What a source file may be at most. Far beyond any real file of bars, and small enough that a file that was made to
 * exhaust a worker is refused before it does.
 */
export const LIMITS = {
  /** A file unpacked: 20 years of ticks of one symbol are some 50 GB as text; bars are a hundredth of it. */
  unpackedBytes: 16 * 2 ** 30,
  /** Gzip reaches 1 032 : 1 with zeros alone; bars as text reach 4 to 15 : 1. */
  gzipRatio: 200,
  /** Below this a high ratio harms nobody: the header of a table of constants may reach it. */
  gzipRatioFromBytes: 16 * 2 ** 20,
  /** A line of bars has some 100 bytes. */
  lineBytes: 2 ** 20,
  /** Lines are handed on in pieces of this size at most, however many lines were asked for. */
  pieceBytes: 64 * 2 ** 20,
  columns: 2_000,
  /** The footer of a Parquet file: some 100 bytes for each column of each row group. */
  parquetFooterBytes: 32 * 2 ** 20,
  parquetRowGroups: 100_000,
  /** A row group is decoded as a whole: six columns of 8 bytes make 1 GB of this many rows. */
  parquetRowGroupRows: 20_000_000,
  parquetRowGroupBytes: 2 * 2 ** 30,
  parquetRows: 2_000_000_000,
} as const;

export type Limits = { readonly [K in keyof typeof LIMITS]: number };
