import type { HttpSourceConfig } from '../../contracts/config/http-source';
import { byCodeUnits } from '../files/find-files';
import { invalidSource } from '../files/source-faults';
import { splitLine } from '../files/split-line';
import { csvLines } from './csv-bars';
import { atPath, parseJsonPage, shown } from './json-text';
import type { PagePlace } from './json-text';
import type { ReadPage } from './paging';
import { walkPages } from './paging';
import type { Answer, VendorClient } from './vendor-client';

type ListConfig = NonNullable<HttpSourceConfig['list']>;

/** The symbols that the vendor lists, sorted, each once. Throws SourceError. */
export async function listSymbols(
  config: HttpSourceConfig,
  list: ListConfig,
  given: { readonly client: VendorClient; readonly nowMs: number },
): Promise<readonly string[]> {
  const what = `${config.vendor}'s list of symbols`;
  const place: PagePlace = { origin: what, redact: given.client.redact };
  const symbols = new Set<string>();
  await walkPages(
    { first: new URL(list.url), paging: list.paging, maxPages: config.limits.pages, nowMs: given.nowMs, what },
    async (url): Promise<ReadPage> => {
      const answer = await given.client.get(url, null);
      const body = answer.body ?? Buffer.alloc(0);
      const page = list.format === 'json' ? jsonSymbols(body, list, place) : csvSymbols(body, answer, list, place);
      for (const symbol of page.symbols) symbols.add(symbol);
      return { rows: page.symbols.length, json: page.json, link: answer.link, body };
    },
  );
  if (symbols.size === 0) throw invalidSource(what, 'is empty; name the symbols under source.symbols');
  return [...symbols].sort(byCodeUnits);
}

interface SymbolPage {
  readonly symbols: readonly string[];
  readonly json: unknown;
}

function jsonSymbols(body: Buffer, { path, field }: ListConfig, place: PagePlace): SymbolPage {
  const json = parseJsonPage(body, place);
  const entries = atPath(json, path);
  if (!Array.isArray(entries)) {
    const where = path.length === 0 ? 'at the top' : `at ${path.join(' → ')}`;
    throw invalidSource(place.origin, `no list ${where} (source.list.path), given ${shown(body, place)}`);
  }
  const symbols = entries.map((entry: unknown, index) => {
    const symbol: unknown = field === null ? entry : atPath(entry, [String(field)]);
    if (typeof symbol === 'string' && symbol.trim() !== '') return symbol.trim();
    throw invalidSource(place.origin, `entry ${index + 1} has no symbol (source.list.field)`, { row: index + 1 });
  });
  return { symbols, json };
}

function csvSymbols(body: Buffer, { hasKnownEnd }: Answer, { field }: ListConfig, place: PagePlace): SymbolPage {
  const lines = csvLines(body, { delimiter: null, header: typeof field !== 'number' }, hasKnownEnd, place);
  if (lines === null) return { symbols: [], json: null };
  const name = String(field ?? 'symbol');
  const column = lines.header.findIndex((cell) => cell.toLowerCase() === name.toLowerCase());
  if (column === -1) {
    const seen = lines.header.map((cell) => `'${cell}'`).join(', ');
    throw invalidSource(place.origin, `no column '${name}' (source.list.field); the header has ${seen}`);
  }
  const symbols = lines.rows.map((line) => (splitLine(line, lines.delimiter)[column] ?? '').trim());
  return { symbols: symbols.filter((symbol) => symbol !== ''), json: null };
}
