import { BAR_FIELDS, type BarField } from '../../../domain/core/bars';
import type { FilesSourceConfig } from '../../contracts/config/source-schema';
import { loadPolars, type Polars } from '../../runtime/polars';
import { mapColumns, type ColumnMap } from './column-map';
import { plainFile } from './file-bytes';
import type { SourceFile } from './find-files';
import { LIMITS } from './limits';
import { parseNumber } from './number-text';
import { refuseParquetBomb } from './parquet-limits';
import { stampColumn } from './parquet-stamps';
import { columnOf, doubles, texts, typeName, type Frame } from './frame-columns';
import { fieldColumns, type FileReader, type RowBlock } from './row-block';
import { fileFailure, firstMessageLine, invalidSource, notANumber } from './source-faults';

type Scan = ReturnType<Polars['scanParquet']>;

const ROW = '__row';
const TEXTUAL = /^(?:String|Utf8|Categorical)$/;
const NUMERIC = /^(?:U?Int(?:8|16|32|64)|Float(?:32|64)|Decimal|Null)$/;

/**
 * Opens a Parquet file; it is read in slices, so that memory stays bounded. A gzipped one is unpacked into `tempDir`
 * for as long as it is read. Rows are counted from 1 in messages.
 */
export async function openParquet(file: SourceFile, config: FilesSourceConfig, tempDir: string): Promise<FileReader> {
  const polars = await loadPolars();
  const names = await withScan(polars, file, tempDir, (scan) => collect(scan.limit(0), file).columns);
  const columns = mapColumns(names, config.columns, file.origin);
  const nameAt = (index: number): string => names[index] ?? '';

  const blocks = async function* (symbol: string | null, rowsPerBlock: number): AsyncGenerator<RowBlock> {
    const plain = await plainFile(file, tempDir);
    try {
      await refuseParquetBomb(plain.path, file.origin, LIMITS);
      const wanted = [
        ...new Set([
          columns.time,
          columns.timeOfDay,
          columns.symbol,
          ...BAR_FIELDS.map((field) => columns.fields[field]),
        ]),
      ];
      const selected = wanted.filter((index) => index !== null).map((index) => polars.col(nameAt(index)));
      for (let offset = 0; ; offset += rowsPerBlock) {
        const frame = collect(
          scanFile(polars, plain.path)
            .slice(offset, rowsPerBlock)
            .select(...selected),
          file,
        );
        if (frame.height === 0) return;
        const own = ownRows(
          polars,
          frame.withRowIndex(ROW),
          columns.symbol === null ? null : nameAt(columns.symbol),
          symbol,
        );
        if (own.height > 0) yield readBlock(polars, own, { file, columns, nameAt, offset });
      }
    } finally {
      await plain.release();
    }
  };
  const symbols = async (): Promise<ReadonlySet<string>> => {
    if (columns.symbol === null) return new Set();
    const name = nameAt(columns.symbol);
    const found = await withScan(polars, file, tempDir, (scan) =>
      texts(polars, columnOf(collect(scan.select(polars.col(name).cast(polars.Utf8)).unique(), file), name)),
    );
    if (found.includes(null) || found.includes(''))
      throw invalidSource(file.origin, `column '${name}' has rows without a symbol`, { column: name });
    return new Set(found.filter((symbol) => symbol !== null));
  };
  return { timeColumn: nameAt(columns.time), blocks, symbols };
}

interface BlockPlace {
  readonly file: SourceFile;
  readonly columns: ColumnMap;
  readonly nameAt: (index: number) => string;
  readonly offset: number;
}

function readBlock(polars: Polars, frame: Frame, place: BlockPlace): RowBlock {
  const { columns, nameAt, file } = place;
  const rows = doubles(polars, columnOf(frame, ROW));
  const rowOf = (index: number): number => place.offset + (rows[index] ?? 0) + 1;
  const clock = columns.timeOfDay === null ? null : nameAt(columns.timeOfDay);
  return {
    stamps: stampColumn(polars, frame, nameAt(columns.time), clock, file.origin),
    fields: fieldColumns((field) => numbers(polars, frame, nameAt(columns.fields[field]), field, { file, rowOf })),
    rowOf,
  };
}

function numbers(
  polars: Polars,
  frame: Frame,
  name: string,
  field: BarField,
  place: { readonly file: SourceFile; readonly rowOf: (index: number) => number },
): Float64Array {
  const column = columnOf(frame, name);
  const type = typeName(column);
  if (NUMERIC.test(type)) return doubles(polars, column);
  if (!TEXTUAL.test(type))
    throw invalidSource(place.file.origin, `column '${name}' (${field}) holds ${type}; expected numbers`, {
      column: name,
    });
  return Float64Array.from(texts(polars, column), (text, i) => {
    const value = parseNumber(text ?? '');
    if (value === null) throw notANumber(place.file.origin, name, place.rowOf(i), text ?? '');
    return value;
  });
}

function ownRows(polars: Polars, frame: Frame, symbolColumn: string | null, symbol: string | null): Frame {
  if (symbolColumn === null || symbol === null) return frame;
  return frame.filter(polars.col(symbolColumn).cast(polars.Utf8).eq(polars.lit(symbol)));
}

async function withScan<T>(polars: Polars, file: SourceFile, tempDir: string, use: (scan: Scan) => T): Promise<T> {
  const plain = await plainFile(file, tempDir);
  try {
    await refuseParquetBomb(plain.path, file.origin, LIMITS);
    return use(scanFile(polars, plain.path));
  } finally {
    await plain.release();
  }
}

/** A path is taken literally: without this, brackets in it would be a pattern. */
function scanFile(polars: Polars, path: string): Scan {
  return polars.scanParquet(path, { glob: false });
}

function collect(scan: Scan, file: SourceFile): Frame {
  try {
    return scan.collectSync();
  } catch (cause) {
    throw parquetFailure(cause, file);
  }
}

function parquetFailure(cause: unknown, file: SourceFile): Error {
  const reason = firstMessageLine(cause);
  const osError = /\(os error (\d+)\)/.exec(reason)?.[1];
  if (osError === undefined) return invalidSource(file.origin, `cannot be read as Parquet: ${reason}`, {}, cause);
  const errno = osError === '2' ? 'ENOENT' : osError === '13' ? 'EACCES' : `os error ${osError}`;
  return fileFailure(file.origin, Object.assign(new Error(reason, { cause }), { code: errno }));
}
