import { BAR_FIELDS, type BarField } from '../../../domain/core/bars';
import type { FilesSourceConfig } from '../../contracts/config/source-schema';
import { parseNumber } from './number-text';
import { invalidSource } from './source-faults';
import { parseStamp } from './stamp-text';

/** Where each column stands in the header, from 0. */
export interface ColumnMap {
  readonly time: number;
  /** The time of day, where the date stands in a column of its own. */
  readonly timeOfDay: number | null;
  readonly fields: Readonly<Record<BarField, number>>;
  readonly symbol: number | null;
}

/** Usual names, best first, as `normalise` leaves them. */
const USUAL_NAMES: Readonly<Record<BarField | 'time', readonly string[]>> = {
  time: ['datetime', 'timestamp', 'opentime', 'time', 'date', 'ts', 'dt', 't'],
  open: ['open', 'openprice', 'priceopen', 'o'],
  high: ['high', 'highprice', 'pricehigh', 'h'],
  low: ['low', 'lowprice', 'pricelow', 'l'],
  close: ['close', 'closeprice', 'priceclose', 'last', 'c'],
  volume: ['volume', 'tickvolume', 'tickvol', 'vol', 'v'],
};

/**
 * Finds the columns of bars in a header: by the configured names (the case may differ where only one column then fits),
 * else by their usual names, whatever their case and punctuation (`<TICKVOL>`, `Open Price`, `tick_volume`). A `date`
 * beside a `time` is one stamp in two columns. Throws InvalidSource with the header found.
 */
export function mapColumns(
  header: readonly string[],
  configured: FilesSourceConfig['columns'],
  origin: string,
): ColumnMap {
  const seen = `the header has ${header.map((name) => `'${name}'`).join(', ')}`;
  refuseMissingHeader(header, configured, origin);
  const find = (field: BarField | 'time'): number => {
    const name = configured[field];
    if (name !== null) return findConfigured(header, name, field, origin, seen);
    const usual = findUsual(header, USUAL_NAMES[field], origin);
    if (usual !== null) return usual;
    throw invalidSource(origin, `no column for '${field}'; ${seen}; name it under source.columns.${field}`, {
      column: field,
    });
  };
  const date = findUsual(header, ['date'], origin);
  const time = find('time');
  const splitStamp = configured.time === null && date !== null && normalise(header[time] ?? '') === 'time';
  const map: ColumnMap = {
    time: splitStamp ? date : time,
    timeOfDay: splitStamp ? time : null,
    fields: { open: find('open'), high: find('high'), low: find('low'), close: find('close'), volume: find('volume') },
    symbol: configured.symbol === null ? null : findConfigured(header, configured.symbol, 'symbol', origin, seen),
  };
  refuseTextAsNumber(map, header, origin);
  return map;
}

/** One column may serve as several prices, but not as a price and as time or symbol. */
function refuseTextAsNumber(map: ColumnMap, header: readonly string[], origin: string): void {
  const twice = BAR_FIELDS.find((field) => [map.time, map.timeOfDay, map.symbol].includes(map.fields[field]));
  if (twice === undefined) return;
  const column = header[map.fields[twice]] ?? '';
  throw invalidSource(
    origin,
    `column '${column}' is asked for as '${twice}' and as time or symbol; mend source.columns`,
    { column },
  );
}

function findConfigured(
  header: readonly string[],
  name: string,
  field: BarField | 'time' | 'symbol',
  origin: string,
  seen: string,
): number {
  const exact = header.indexOf(name);
  if (exact !== -1 && header.indexOf(name, exact + 1) === -1) return exact;
  const loose = indicesOf(header, (cell) => cell.trim().toLowerCase() === name.trim().toLowerCase());
  const [first] = loose;
  if (loose.length === 1 && first !== undefined) return first;
  const count = loose.length === 0 ? 'no column' : `${loose.length} columns`;
  throw invalidSource(origin, `${count} named '${name}', which source.columns.${field} asks for; ${seen}`, {
    column: name,
  });
}

function findUsual(header: readonly string[], names: readonly string[], origin: string): number | null {
  for (const name of names) {
    const places = indicesOf(header, (cell) => normalise(cell) === name);
    if (places.length > 1)
      throw invalidSource(origin, `${places.length} columns named '${name}'; say which under source.columns`, {
        column: name,
      });
    if (places[0] !== undefined) return places[0];
  }
  return null;
}

function refuseMissingHeader(
  header: readonly string[],
  configured: FilesSourceConfig['columns'],
  origin: string,
): void {
  const known = [...BAR_FIELDS, 'time' as const].some(
    (field) => configured[field] !== null || header.some((cell) => USUAL_NAMES[field].includes(normalise(cell))),
  );
  const values = header.filter(
    (cell) => cell.trim() !== '' && (parseNumber(cell) !== null || parseStamp(cell.trim()) !== null),
  );
  if (known || values.length * 2 < header.length) return;
  throw invalidSource(
    origin,
    `no header: the first line is '${header.join(' ').slice(0, 80)}'; add a line with the names of the columns`,
    { row: 1 },
  );
}

function indicesOf(header: readonly string[], matches: (cell: string) => boolean): number[] {
  return [...header.keys()].filter((index) => matches(header[index] ?? ''));
}

function normalise(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
