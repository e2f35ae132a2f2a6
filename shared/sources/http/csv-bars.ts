import type { HttpSourceConfig } from '../../contracts/config/http-source';
import { readCarefully } from '../files/careful-rows';
import { mapColumns } from '../files/column-map';
import type { LinePiece } from '../files/line-pieces';
import type { RowBlock } from '../files/row-block';
import { blockRowCount } from '../files/row-block';
import { invalidSource } from '../files/source-faults';
import { recogniseDelimiter, splitLine } from '../files/split-line';
import { SourceError } from '../port';
import { columnNames } from './column-names';
import { shown, utf8Text } from './json-text';
import type { PagePlace } from './json-text';

/** Lines of a CSV page: its columns, and the rows below them. */
export interface CsvLines {
  readonly delimiter: string;
  readonly header: readonly string[];
  readonly rows: readonly string[];
  /** Line number of the first row, from 1. */
  readonly firstLine: number;
}

/** Cuts a CSV page into lines; null: an empty page. Throws SourceUnavailable where its last line was cut off. */
export function csvLines(
  body: Uint8Array,
  config: { readonly delimiter: string | null; readonly header: boolean },
  hasKnownEnd: boolean,
  place: PagePlace,
): CsvLines | null {
  const text = utf8Text(body, place).replace(/^\uFEFF/, '');
  if (text.trim() === '') return null;
  if (/^\s*[<{]/.test(text)) throw invalidSource(place.origin, `no CSV but ${shown(body, place)}`);
  const lines = text.split(/\r?\n/);
  const [first = ''] = lines;
  const delimiter = config.delimiter ?? recogniseDelimiter(first);
  const cells = splitLine(first, delimiter).map((name) => name.trim());
  const header = config.header ? cells : cells.map((_, index) => String(index));
  refuseCut(lines.at(-1) ?? '', { delimiter, width: header.length, hasKnownEnd }, place);
  const rows = (config.header ? lines.slice(1) : lines).filter((line) => line.trim() !== '');
  return { delimiter, header, rows, firstLine: config.header ? 2 : 1 };
}

/** A last line without a line break is whole only where the answer's end is known and it has all its cells. */
function refuseCut(
  last: string,
  known: { readonly delimiter: string; readonly width: number; readonly hasKnownEnd: boolean },
  place: PagePlace,
): void {
  if (last.trim() === '') return;
  if (known.hasKnownEnd && splitLine(last, known.delimiter).length >= known.width) return;
  throw new SourceError('SourceUnavailable', `${place.origin}: the CSV is cut off in the midst of its last line`);
}

/** Reads a CSV page of bars; null: no row. Throws SourceError: cut, no CSV, a column missing, text as a number. */
export function readCsvBars(
  body: Uint8Array,
  config: HttpSourceConfig['bars'],
  hasKnownEnd: boolean,
  place: PagePlace,
): RowBlock | null {
  const lines = csvLines(body, config, hasKnownEnd, place);
  if (lines === null || (lines.rows.length === 0 && !config.header)) return null;
  const { delimiter, header, rows, firstLine } = lines;
  const columns = mapColumns(header, columnNames(config.columns), place.origin);
  const piece: LinePiece = { bytes: Buffer.from(rows.join('\n'), 'utf8'), firstLine, lineCount: rows.length };
  const block = readCarefully(piece, { origin: place.origin, delimiter, header, columns }, null);
  return blockRowCount(block) === 0 ? null : block;
}
