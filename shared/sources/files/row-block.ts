import { BAR_FIELDS, type BarColumns, type BarField } from '../../../domain/core/bars';
import type { StampReader } from './stamp-reader';

/** The stamps of a block: as text, or as numbers in milliseconds (wall-clock time, or instants), NaN where missing. */
export type StampColumn =
  | { readonly kind: 'text'; readonly values: readonly (string | null)[] }
  | { readonly kind: 'local' | 'instant'; readonly values: Float64Array };

/** Rows of one symbol in file order, their stamps not interpreted yet; NaN where a number is missing. */
export interface RowBlock {
  readonly stamps: StampColumn;
  readonly fields: Readonly<Record<BarField, Float64Array>>;
  /** The row number, as people count it, of each row of the block. */
  rowOf(index: number): number;
}

/** What reads one file, whatever its format. Faults are thrown as SourceError. */
export interface FileReader {
  /** Name of the column that holds the stamps, for messages. */
  readonly timeColumn: string;
  /** The rows of a symbol (null: every row) in blocks of at most `rowsPerBlock`, from the file's start. */
  blocks(symbol: string | null, rowsPerBlock: number): AsyncIterable<RowBlock>;
  /** Every symbol of the symbol column. */
  symbols(): Promise<ReadonlySet<string>>;
}

export function blockRowCount(block: RowBlock): number {
  return block.fields.open.length;
}

/** Instants of a block's stamps, in epoch milliseconds, `shiftMs` added to each. Throws InvalidSource. */
export function readInstants(block: RowBlock, reader: StampReader, shiftMs: number): Float64Array {
  const { stamps } = block;
  const instants = new Float64Array(stamps.values.length);
  switch (stamps.kind) {
    case 'text':
      for (const [i, text] of stamps.values.entries()) instants[i] = reader.fromText(text, block.rowOf(i)) + shiftMs;
      return instants;
    case 'local':
      for (const [i, localMs] of stamps.values.entries())
        instants[i] = reader.fromLocal(localMs, block.rowOf(i)) + shiftMs;
      return instants;
    case 'instant':
      for (const [i, instantMs] of stamps.values.entries())
        instants[i] = reader.fromInstant(instantMs, block.rowOf(i)) + shiftMs;
      return instants;
  }
}

/** The bars of a block. Throws InvalidSource. */
export function readBars(block: RowBlock, reader: StampReader, shiftMs: number): BarColumns {
  return { time: readInstants(block, reader, shiftMs), ...block.fields };
}

/** Builds the record of price and volume columns, one call of `column` for each. */
export function fieldColumns(column: (field: BarField) => Float64Array): Record<BarField, Float64Array> {
  const [open, high, low, close, volume] = BAR_FIELDS.map(column);
  const none = new Float64Array(0);
  return { open: open ?? none, high: high ?? none, low: low ?? none, close: close ?? none, volume: volume ?? none };
}
