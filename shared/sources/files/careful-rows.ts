import { BAR_FIELDS, type BarField } from '../../../domain/core/bars';
import type { DelimitedLayout } from './delimited-layout';
import type { LinePiece } from './line-pieces';
import { parseNumber } from './number-text';
import { fieldColumns, type RowBlock } from './row-block';
import { invalidSource, notANumber } from './source-faults';
import { splitLine } from './split-line';

/**
 * Reads the rows of a symbol (null: every row) line by line: slower than Polars, but it skips blank lines, takes spaces
 * around numbers and the usual marks of a missing value, and throws an InvalidSource that names line, column and value
 * for anything else.
 */
export function readCarefully(piece: LinePiece, layout: DelimitedLayout, symbol: string | null): RowBlock {
  const { columns } = layout;
  const stamps: string[] = [];
  const rows: number[] = [];
  const values: Record<BarField, number[]> = { open: [], high: [], low: [], close: [], volume: [] };
  for (const line of lines(piece, layout)) {
    if (symbol !== null && line.symbol !== null && line.symbol !== symbol) continue;
    const date = (line.cells[columns.time] ?? '').trim();
    const clock = columns.timeOfDay === null ? '' : (line.cells[columns.timeOfDay] ?? '').trim();
    stamps.push(date === '' ? '' : `${date} ${clock}`.trim());
    rows.push(line.row);
    for (const field of BAR_FIELDS) values[field].push(numberOf(line, columns.fields[field], layout));
  }
  return {
    stamps: { kind: 'text', values: stamps },
    fields: fieldColumns((field) => Float64Array.from(values[field])),
    rowOf: (index) => rows[index] ?? piece.firstLine,
  };
}

/** The symbols that occur in a piece, read line by line. Throws InvalidSource for a line without one. */
export function symbolsCarefully(piece: LinePiece, layout: DelimitedLayout): ReadonlySet<string> {
  const symbols = new Set<string>();
  for (const line of lines(piece, layout)) if (line.symbol !== null) symbols.add(line.symbol);
  return symbols;
}

interface Line {
  readonly row: number;
  readonly cells: readonly string[];
  readonly symbol: string | null;
}

function* lines(piece: LinePiece, layout: DelimitedLayout): Generator<Line> {
  for (const [index, rawLine] of decode(piece, layout).entries()) {
    const text = rawLine.endsWith('\r') ? rawLine.slice(0, -1) : rawLine;
    if (text.trim() === '') continue;
    const row = piece.firstLine + index;
    const cells = splitLine(text, layout.delimiter);
    refuseExtraCells(cells, layout, row);
    yield {
      row,
      cells,
      symbol: layout.columns.symbol === null ? null : symbolOf(cells, layout.columns.symbol, layout, row),
    };
  }
}

function decode(piece: LinePiece, layout: DelimitedLayout): string[] {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(piece.bytes).split('\n');
  } catch (cause) {
    const lastLine = piece.firstLine + piece.lineCount - 1;
    throw invalidSource(
      layout.origin,
      `not UTF-8 text between rows ${piece.firstLine} and ${lastLine}; save it as UTF-8`,
      {},
      cause,
    );
  }
}

function refuseExtraCells(cells: readonly string[], layout: DelimitedLayout, row: number): void {
  const width = layout.header.length;
  if (cells.slice(width).every((cell) => cell.trim() === '')) return;
  throw invalidSource(layout.origin, `row ${row} has ${cells.length} fields, the header has ${width}`, {
    row,
    value: cells.join(layout.delimiter),
  });
}

function symbolOf(cells: readonly string[], index: number, layout: DelimitedLayout, row: number): string {
  const symbol = cells[index] ?? '';
  if (symbol !== '') return symbol;
  const column = layout.header[index] ?? '';
  throw invalidSource(layout.origin, `column '${column}', row ${row}: no symbol`, { column, row, value: '' });
}

function numberOf(line: Line, index: number, layout: DelimitedLayout): number {
  const text = line.cells[index] ?? '';
  const value = parseNumber(text);
  if (value !== null) return value;
  const column = layout.header[index] ?? '';
  throw notANumber(layout.origin, column, line.row, text);
}
