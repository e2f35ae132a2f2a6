import type { DataType } from 'nodejs-polars';
import type { Polars } from '../../runtime/polars';

export type Frame = ReturnType<Polars['readCSV']>;
export type Column = ReturnType<Polars['Series']>;

/** A column of a frame, typed. */
export function columnOf(frame: Frame, name: string): Column {
  const column: unknown = frame.getColumn(name);
  return column as Column;
}

/** The name of a column's type without its parameters: 'Float64', 'String', 'Datetime' … */
export function typeName(column: Column): string {
  return (column.dtype as DataType).variant;
}

/** A numeric column as doubles, NaN where it is null (Polars refuses to hand out a column with nulls). */
export function doubles(polars: Polars, column: Column): Float64Array {
  const floats = column.cast(polars.Float64);
  if (floats.nullCount() === 0) return floats.toTypedArray() as Float64Array;
  const name = floats.name;
  return columnOf(
    floats.toFrame().select(polars.col(name).fillNull(polars.lit(NaN))),
    name,
  ).toTypedArray() as Float64Array;
}

/** A column as text. */
export function texts(polars: Polars, column: Column): (string | null)[] {
  return column.cast(polars.Utf8).toArray();
}
