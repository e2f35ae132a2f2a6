import type { FilesSourceConfig } from '../../contracts/config/source-schema';
import { mapColumns, type ColumnMap } from './column-map';
import { readBytes } from './file-bytes';
import type { SourceFile } from './find-files';
import { LIMITS } from './limits';
import { linePieces } from './line-pieces';
import { invalidSource } from './source-faults';
import { recogniseDelimiter, splitLine } from './split-line';

/** What is known of a delimited file from its header. */
export interface DelimitedLayout {
  readonly origin: string;
  readonly delimiter: string;
  readonly header: readonly string[];
  readonly columns: ColumnMap;
}

/** Reads the header of a delimited text file. Throws InvalidSource: empty, no text, no header, a column missing. */
export async function readLayout(file: SourceFile, config: FilesSourceConfig): Promise<DelimitedLayout> {
  const { origin } = file;
  const line = await firstLine(file);
  const delimiter = config.delimiter ?? recogniseDelimiter(line);
  const header = splitLine(line, delimiter).map((name) => name.trim());
  if (header.length > LIMITS.columns) {
    throw invalidSource(origin, `the header has ${String(header.length)} columns, more than ${String(LIMITS.columns)}`);
  }
  return { origin, delimiter, header, columns: mapColumns(header, config.columns, origin) };
}

async function firstLine(file: SourceFile): Promise<string> {
  for await (const piece of linePieces(readBytes(file), 1, file.origin)) {
    refuseOtherEncodings(piece.bytes, file.origin);
    const line = piece.bytes
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .replace(/\r?\n$/, '');
    if (line.trim() === '')
      throw invalidSource(file.origin, 'the first line is empty; expected the names of the columns', { row: 1 });
    return line;
  }
  throw invalidSource(file.origin, 'the file is empty');
}

function refuseOtherEncodings(bytes: Buffer, origin: string): void {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw invalidSource(origin, "this is a gzip archive; give its name the ending '.gz'");
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1')
    throw invalidSource(origin, "this is Parquet; give its name the ending '.parquet'");
  if (bytes.includes(0)) throw invalidSource(origin, 'not UTF-8 text (UTF-16 or binary); save it as UTF-8');
}
