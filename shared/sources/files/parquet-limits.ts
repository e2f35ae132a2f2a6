import type { Limits } from './limits';
import { readParquetFooter } from './parquet-footer';
import { errorCode, fileFailure, firstMessageLine, invalidSource } from './source-faults';

/**
 * Refuses a Parquet file that would take too much to decode, by what its footer says, before anything is decoded. Throws
 * InvalidSource, or what a failed file operation means.
 */
export async function refuseParquetBomb(path: string, origin: string, limits: Limits): Promise<void> {
  const answer = await readParquetFooter(path, limits.parquetFooterBytes, limits.parquetRowGroups).catch(
    (cause: unknown) => {
      if (errorCode(cause) !== null) throw fileFailure(origin, cause);
      throw invalidSource(origin, `cannot be read as Parquet: ${firstMessageLine(cause)}`, {}, cause);
    },
  );
  const refuse = (what: string, given: number, most: number): void => {
    if (given <= most) return;
    throw invalidSource(origin, `${what} ${String(given)}, more than ${String(most)}: this is no file of bars`);
  };
  if ('footerBytes' in answer) {
    refuse('the bytes of its footer are', answer.footerBytes, limits.parquetFooterBytes);
    return;
  }
  const { rows, columns, rowGroups } = answer.footer;
  refuse('its columns are', columns, limits.columns);
  refuse('its row groups are', rowGroups.length, limits.parquetRowGroups);
  refuse(
    'its rows are',
    Math.max(
      rows,
      rowGroups.reduce((sum, group) => sum + group.rows, 0),
    ),
    limits.parquetRows,
  );
  for (const group of rowGroups) {
    refuse('the rows of one row group are', group.rows, limits.parquetRowGroupRows);
    refuse('the bytes of one row group, unpacked, are', group.uncompressedBytes, limits.parquetRowGroupBytes);
  }
}
