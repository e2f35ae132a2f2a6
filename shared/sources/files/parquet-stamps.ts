import { DAY_MS } from '../../../domain/core/durations';
import type { Polars } from '../../runtime/polars';
import { columnOf, doubles, texts, typeName, type Column, type Frame } from './frame-columns';
import type { StampColumn } from './row-block';
import { invalidSource } from './source-faults';

const PER_MILLISECOND: Readonly<Record<string, number>> = { ms: 1, us: 1e3, ns: 1e6 };
/**
 * The stamps of a Parquet frame: dates and datetimes as milliseconds (with a zone they are instants, without one wall
 * clock), text and numbers as text, so that they are read as those of a text file are. `clock` names a column with the
 * time of day, or is null. Throws InvalidSource for a column of another type.
 */
export function stampColumn(
  polars: Polars,
  frame: Frame,
  name: string,
  clock: string | null,
  origin: string,
): StampColumn {
  const column = columnOf(frame, name);
  if (clock !== null)
    return { kind: 'text', values: joinTexts(texts(polars, column), texts(polars, columnOf(frame, clock))) };
  const type = column.dtype as object;
  const variant = typeName(column);
  if (variant === 'Datetime' && 'timeUnit' in type) {
    const zone = 'timeZone' in type ? type.timeZone : null;
    const kind = typeof zone === 'string' && zone !== '' ? 'instant' : 'local';
    return { kind, values: scaled(polars, column, 1 / (PER_MILLISECOND[String(type.timeUnit)] ?? 1)) };
  }
  if (variant === 'Date') return { kind: 'local', values: scaled(polars, column, DAY_MS) };
  if (/^(?:String|Utf8|Categorical|U?Int\d+|Float\d+)$/.test(variant))
    return { kind: 'text', values: stampTexts(polars, column) };
  throw invalidSource(origin, `column '${name}' holds ${variant}; expected datetimes, text or numbers since 1970`, {
    column: name,
  });
}

function scaled(polars: Polars, column: Column, factor: number): Float64Array {
  return doubles(polars, column.cast(polars.Int64)).map((value) => Math.round(value * factor));
}

/** A whole number in a float column is written without the '.0' that the stamp does not mean. */
function stampTexts(polars: Polars, column: Column): (string | null)[] {
  if (!column.isFloat()) return texts(polars, column);
  return Array.from(doubles(polars, column), (value) => (Number.isNaN(value) ? null : String(value)));
}

function joinTexts(dates: readonly (string | null)[], clocks: readonly (string | null)[]): (string | null)[] {
  return dates.map((date, i) => (date === null || date === '' ? null : `${date} ${clocks[i] ?? ''}`.trim()));
}
