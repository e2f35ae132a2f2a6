import { BAR_FIELDS } from '../../../domain/core/bars';
import type { BarField } from '../../../domain/core/bars';
import type { HttpSourceConfig } from '../../contracts/config/http-source';
import { isPlainObject } from '../../contracts/plain-object';
import { mapColumns } from '../files/column-map';
import type { ColumnMap } from '../files/column-map';
import { parseNumber } from '../files/number-text';
import { fieldColumns } from '../files/row-block';
import type { RowBlock } from '../files/row-block';
import { invalidSource, notANumber } from '../files/source-faults';
import { SourceError } from '../port';
import { columnNames } from './column-names';
import { atPath, parseJsonPage, shown } from './json-text';
import type { PagePlace } from './json-text';

type BarsConfig = HttpSourceConfig['bars'];
type Cell = (row: number, column: number) => unknown;

/** Rows of a JSON page before they are numbers: which columns there are, and what stands in them. */
interface Grid {
  readonly header: readonly string[];
  readonly rows: number;
  readonly cell: Cell;
}

/** A page as it was parsed: its rows, and the document for whatever says where the next one is. */
export interface JsonPage {
  readonly json: unknown;
  /** null: a page without bars. */
  readonly block: RowBlock | null;
}

/** Reads a JSON page of bars. Throws SourceError: cut, no JSON, no bars where they should be, a column missing, text as a number. */
export function readJsonBars(body: Uint8Array, config: BarsConfig, symbol: string, place: PagePlace): JsonPage {
  const json = parseJsonPage(body, place);
  if (isLimited(json, config))
    throw new SourceError('VendorRateLimited', `${place.origin}: asked too often: ${shown(body, place)}`);
  if (isEmpty(json, config)) return { json, block: null };
  const path = config.path.map((part) => part.replaceAll('{symbol}', symbol));
  const value = atPath(json, path);
  const grid = value === null ? null : gridOf(value, config, place, () => shown(body, place));
  return { json, block: grid === null || grid.rows === 0 ? null : blockOf(grid, config, place) };
}

function isLimited(json: unknown, { limitedWhen }: BarsConfig): boolean {
  if (limitedWhen === null) return false;
  const value = atPath(json, limitedWhen.path);
  return value !== undefined && value !== null;
}

function isEmpty(json: unknown, { emptyWhen }: BarsConfig): boolean {
  if (emptyWhen === null) return false;
  const value = atPath(json, emptyWhen.path);
  return ['string', 'number', 'boolean'].includes(typeof value) && String(value) === emptyWhen.equals;
}

function gridOf(value: unknown, config: BarsConfig, place: PagePlace, said: () => string): Grid {
  const where = config.path.length === 0 ? 'at the top' : `at ${config.path.join(' → ')}`;
  const wrong = (expected: string): SourceError =>
    invalidSource(
      place.origin,
      `${expected} expected ${where} (source.bars.path, layout '${config.layout}'), given ${said()}`,
    );
  switch (config.layout) {
    case 'rows':
      if (!Array.isArray(value)) throw wrong('a list of bars');
      return rowGrid(value, place);
    case 'columns':
      if (!isPlainObject(value)) throw wrong('an object of columns');
      return columnGrid(value, config, place);
    case 'keyed':
      if (!isPlainObject(value)) throw wrong('an object of bars by their stamp');
      return keyedGrid(value, place);
  }
}

const STAMP_COLUMN = 'time';

function rowGrid(rows: readonly unknown[], place: PagePlace): Grid {
  const [first] = rows;
  if (first === undefined) return { header: [], rows: 0, cell: () => null };
  if (Array.isArray(first)) {
    const header = first.map((_, index) => String(index));
    return { header, rows: rows.length, cell: (row, column) => listAt(rows[row], row, place)[column] };
  }
  const header = Object.keys(recordAt(first, 0, place));
  return { header, rows: rows.length, cell: (row, column) => own(recordAt(rows[row], row, place), header[column]) };
}

function columnGrid(columns: Readonly<Record<string, unknown>>, config: BarsConfig, place: PagePlace): Grid {
  const header = Object.keys(columns).filter((name) => Array.isArray(columns[name]));
  if (header.length === 0) throw invalidSource(place.origin, `no column at ${config.path.join(' → ') || 'the top'}`);
  const lists = header.map((name) => columns[name] as readonly unknown[]);
  const rows = lists[0]?.length ?? 0;
  const odd = lists.findIndex((list) => list.length !== rows);
  if (odd !== -1) {
    const message = `column '${header[odd] ?? ''}' has ${lists[odd]?.length ?? 0} values, '${header[0] ?? ''}' has ${rows}`;
    throw invalidSource(place.origin, message);
  }
  return { header, rows, cell: (row, column) => lists[column]?.[row] };
}

function keyedGrid(rowsByStamp: Readonly<Record<string, unknown>>, place: PagePlace): Grid {
  const entries = Object.entries(rowsByStamp);
  const [first] = entries;
  if (first === undefined) return { header: [], rows: 0, cell: () => null };
  const names = Object.keys(recordAt(first[1], 0, place));
  return {
    header: [STAMP_COLUMN, ...names],
    rows: entries.length,
    cell: (row, column) =>
      column === 0 ? entries[row]?.[0] : own(recordAt(entries[row]?.[1], row, place), names[column - 1]),
  };
}

function blockOf(grid: Grid, config: BarsConfig, place: PagePlace): RowBlock {
  const configured = columnNames(config.columns);
  const names = config.layout === 'keyed' ? { ...configured, time: STAMP_COLUMN } : configured;
  const columns = mapColumns(grid.header, names, place.origin);
  return {
    stamps: { kind: 'text', values: stampsOf(grid, columns, place) },
    fields: fieldColumns((field) => numbersOf(grid, columns, field, place)),
    rowOf: (index) => index + 1,
  };
}

function stampsOf(grid: Grid, { time, timeOfDay }: ColumnMap, place: PagePlace): string[] {
  return Array.from({ length: grid.rows }, (_, row) => {
    const parts = [time, timeOfDay].map((column) => (column === null ? '' : textOf(grid.cell(row, column))));
    if (parts.includes(null)) {
      throw invalidSource(place.origin, `row ${row + 1}: the time is neither text nor a number`, { row: row + 1 });
    }
    return parts.join(' ').trim();
  });
}

/** Empty for a missing stamp; null for something that cannot be one. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return typeof value === 'string' ? value : null;
}

function numbersOf(grid: Grid, { fields }: ColumnMap, field: BarField, place: PagePlace): Float64Array {
  const column = fields[field];
  const values = new Float64Array(grid.rows);
  for (let row = 0; row < grid.rows; row += 1) {
    const value = grid.cell(row, column);
    const number = numberOf(value);
    if (number === null) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      throw notANumber(place.origin, grid.header[column] ?? field, row + 1, place.redact(text));
    }
    values[row] = number;
  }
  return values;
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (value === undefined || value === null) return NaN;
  return typeof value === 'string' ? parseNumber(value) : null;
}

function listAt(value: unknown, row: number, place: PagePlace): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidSource(place.origin, `row ${row + 1} is no list, but the first one is`, { row: row + 1 });
}

function recordAt(value: unknown, row: number, place: PagePlace): Readonly<Record<string, unknown>> {
  if (isPlainObject(value)) return value;
  const fields = BAR_FIELDS.join(', ');
  throw invalidSource(place.origin, `row ${row + 1} is no object with ${fields}`, { row: row + 1 });
}

function own(record: Readonly<Record<string, unknown>>, name: string | undefined): unknown {
  return name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
