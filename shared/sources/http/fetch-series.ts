import type { BarColumns } from '../../../domain/core/bars';
import { concatFloat64 } from '../../../domain/core/bars';
import type { HttpSourceConfig } from '../../contracts/config/http-source';
import type { SnapshotPage, VendorSnapshot } from '../../contracts/vendor';
import { blockRowCount, readBars } from '../files/row-block';
import type { RowBlock } from '../files/row-block';
import { invalidSource } from '../files/source-faults';
import { StampReader } from '../files/stamp-reader';
import { commonestDistance, describeTimeframe } from '../files/timeframe';
import type { ZoneClock } from '../files/zone-clock';
import { SourceError } from '../port';
import { readCsvBars } from './csv-bars';
import { readJsonBars } from './json-bars';
import { mergeBars } from './merge-bars';
import type { MergedBars } from './merge-bars';
import { createPageReader } from './page-reader';
import { walkPages } from './paging';
import type { VendorSnapshots } from './snapshot-store';
import { templateUrl } from './template';
import type { VendorClient } from './vendor-client';

/** Instants from which the timeframe is told. */
const PROBE_ROWS = 10_000;

/** A vendor's whole answer for one symbol; null bars: the same pages as in the snapshot that was given. */
export interface FetchedSeries {
  readonly pages: readonly SnapshotPage[];
  readonly series: (MergedBars & { readonly timeframeMs: number; readonly stampNote: string }) | null;
}

/** Asks for all pages of a symbol, and reads them. Throws SourceError; nothing is kept of an answer that was not whole. */
export async function fetchSeries(given: {
  readonly config: HttpSourceConfig;
  readonly symbol: string;
  readonly clock: ZoneClock;
  readonly client: VendorClient;
  readonly snapshots: VendorSnapshots;
  readonly previous: VendorSnapshot | null;
  readonly nowMs: number;
  readonly onPage: (pages: number) => void;
}): Promise<FetchedSeries> {
  const { config, symbol, previous, nowMs } = given;
  const { bars: barsConfig, limits } = config;
  const origin = `${config.vendor} ${symbol}`;
  const stamps = new StampReader(origin, String(barsConfig.columns.time ?? 'time'), given.clock);
  const reader = createPageReader(given);
  const found: BarColumns[] = [];
  let rows = 0;
  const pages = await walkPages(
    {
      first: templateUrl(barsConfig.url, symbol),
      paging: barsConfig.paging,
      maxPages: limits.pages,
      nowMs,
      what: origin,
    },
    async (url) => {
      const page = await reader.read(url);
      const { json, block } = parsePage(page, given, `${origin}, page ${reader.pages().length}`);
      const count = block === null ? 0 : blockRowCount(block);
      rows += count;
      if (rows > limits.bars) {
        throw invalidSource(origin, `more than ${limits.bars} bars; ask for fewer, or raise source.limits.bars`);
      }
      if (block !== null) found.push(readBars(block, stamps, 0));
      given.onPage(reader.pages().length);
      return { rows: count, json, link: page.link, body: page.body };
    },
  );
  if (rows === 0) return { pages: reader.pages(), series: emptySeries(previous, origin) };
  if (previous !== null && previous.openBars === 0 && reader.unchanged() && pages === previous.pages.length) {
    return { pages: previous.pages, series: null };
  }
  const timeframeMs = timeframeOf(config, found, origin);
  const shiftMs = config.stamp === 'open' ? timeframeMs : 0;
  const closed = found.map((bars) => ({ ...bars, time: bars.time.map((instant) => instant + shiftMs) }));
  const stampNote = `${stamps.describe(config.stamp)}, timeframe ${describeTimeframe(timeframeMs)}`;
  return { pages: reader.pages(), series: { ...mergeBars(closed, nowMs), timeframeMs, stampNote } };
}

const NO_COLUMN = new Float64Array(0);
const NO_BARS: BarColumns = {
  time: NO_COLUMN,
  open: NO_COLUMN,
  high: NO_COLUMN,
  low: NO_COLUMN,
  close: NO_COLUMN,
  volume: NO_COLUMN,
};

/** A vendor that has lost everything it had is more likely out of order than right. */
function emptySeries(previous: VendorSnapshot | null, origin: string): NonNullable<FetchedSeries['series']> {
  if (previous === null) return { bars: NO_BARS, repeated: 0, open: 0, timeframeMs: 0, stampNote: '' };
  throw new SourceError(
    'SourceUnavailable',
    `${origin}: answered without a single bar, where it had ${previous.rows} before; the snapshot stays as it is`,
  );
}

function parsePage(
  page: { readonly body: Buffer; readonly hasKnownEnd: boolean },
  {
    config,
    symbol,
    client,
  }: { readonly config: HttpSourceConfig; readonly symbol: string; readonly client: VendorClient },
  origin: string,
): { readonly json: unknown; readonly block: RowBlock | null } {
  const place = { origin, redact: client.redact };
  switch (config.bars.format) {
    case 'json':
      return readJsonBars(page.body, config.bars, symbol, place);
    case 'csv':
      return { json: null, block: readCsvBars(page.body, config.bars, page.hasKnownEnd, place) };
  }
}

function timeframeOf(config: HttpSourceConfig, found: readonly BarColumns[], origin: string): number {
  if (config.timeframeMinutes !== null) return config.timeframeMinutes * 60_000;
  const instants = concatFloat64(found.map(({ time }) => time));
  const timeframeMs = commonestDistance(instants.slice().sort().subarray(0, PROBE_ROWS));
  if (timeframeMs !== null) return timeframeMs;
  throw invalidSource(
    origin,
    `the distance between bars cannot be told from ${instants.length} bar(s) without two different times; give source.timeframeMinutes`,
  );
}
