import { BAR_FIELDS } from '../../../domain/core/bars';
import type { Polars } from '../../runtime/polars';
import type { DelimitedLayout } from './delimited-layout';
import type { LinePiece } from './line-pieces';
import { columnOf, doubles, texts, type Frame } from './frame-columns';
import { fieldColumns, type RowBlock } from './row-block';

const LINE = 'line';
const nameOf = (index: number): string => `c${index}`;

/**
 * Reads a piece through Polars. null where Polars refuses it or where its answer might not be the whole truth (another
 * number of rows than lines, an empty stamp or symbol): then the careful reader decides.
 */
export function readFast(
  polars: Polars,
  piece: LinePiece,
  layout: DelimitedLayout,
  symbol: string | null,
): RowBlock | null {
  const { columns } = layout;
  const textColumns = [columns.time, columns.timeOfDay, columns.symbol].filter((index) => index !== null);
  const numbers = BAR_FIELDS.map((field) => columns.fields[field]);
  const whole = readFrame(polars, piece, layout, [...textColumns, ...numbers], numbers);
  if (whole === null || textColumns.some((index) => columnOf(whole, nameOf(index)).nullCount() > 0)) return null;

  const selects = columns.symbol !== null && symbol !== null;
  const frame = selects
    ? whole.withRowIndex(LINE).filter(polars.col(nameOf(columns.symbol)).eq(polars.lit(symbol)))
    : whole;
  const lines = selects ? doubles(polars, columnOf(frame, LINE)) : null;
  const dates = textValues(polars, frame, columns.time);
  const clocks = columns.timeOfDay === null ? null : textValues(polars, frame, columns.timeOfDay);
  return {
    stamps: { kind: 'text', values: clocks === null ? dates : dates.map((date, i) => `${date} ${clocks[i] ?? ''}`) },
    fields: fieldColumns((field) => doubles(polars, columnOf(frame, nameOf(columns.fields[field])))),
    rowOf: (index) => piece.firstLine + Number(lines === null ? index : lines[index]),
  };
}

/** The symbols that occur in a piece; null where the careful reader has to look. */
export function symbolsFast(polars: Polars, piece: LinePiece, layout: DelimitedLayout): readonly string[] | null {
  const index = layout.columns.symbol;
  if (index === null) return [];
  const frame = readFrame(polars, piece, layout, [index], []);
  if (frame === null || columnOf(frame, nameOf(index)).nullCount() > 0) return null;
  return textValues(polars, frame.unique({ subset: [nameOf(index)] }), index);
}

function readFrame(
  polars: Polars,
  piece: LinePiece,
  layout: DelimitedLayout,
  wanted: readonly number[],
  numbers: readonly number[],
): Frame | null {
  const schema = Object.fromEntries(
    [...layout.header.keys()].map((index) => [nameOf(index), numbers.includes(index) ? polars.Float64 : polars.Utf8]),
  );
  try {
    const frame = polars.readCSV(piece.bytes, {
      hasHeader: false,
      sep: layout.delimiter,
      schema,
      columns: [...new Set(wanted)].map(nameOf),
      ignoreErrors: false,
      truncateRaggedLines: false,
    });
    return frame.height === piece.lineCount ? frame : null;
  } catch {
    // Polars names neither line nor file; the careful reader does.
    return null;
  }
}

function textValues(polars: Polars, frame: Frame, index: number): string[] {
  return texts(polars, columnOf(frame, nameOf(index))).map((text) => text ?? '');
}
