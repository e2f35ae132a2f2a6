import { createHash } from 'node:crypto';
import { concatFloat64, type BarColumns } from '../../../domain/core/bars';
import type { FilesSourceConfig } from '../../contracts/config/source-schema';
import { newestCloseOf } from '../newest-close';
import { SourceError, type BarSource, type RawSeries, type SourceSymbol } from '../port';
import { openDelimited } from './delimited-reader';
import { hashFile } from './file-bytes';
import { byCodeUnits, findFiles, type SourceFile } from './find-files';
import { openParquet } from './parquet-reader';
import { readBars, readInstants, type FileReader } from './row-block';
import { invalidSource, resultOf } from './source-faults';
import { StampReader } from './stamp-reader';
import { commonestDistance, describeTimeframe } from './timeframe';
import { zoneClock, type ZoneClock } from './zone-clock';

/** Rows at which the timeframe and the kind of stamps are looked up. */
const PROBE_ROWS = 10_000;
/** Half of what a chunk may hold: Polars then needs some 100 MB on the way. */
const CHUNK_ROWS = 250_000;

export interface FileSourceOptions {
  /** Where relative paths and globs start. */
  readonly baseDir: string;
  /** For unpacked copies of gzipped Parquet files; nothing is left there. */
  readonly tempDir: string;
  /** Folders below which files may be read; null: anywhere, for paths that their reader has typed. */
  readonly roots: readonly string[] | null;
}

/**
 * Bars from CSV, TSV or Parquet files, plain or gzipped: one file per symbol, or a symbol column.
 *
 * Nothing is cached: every call looks at the files as they are then. With a symbol column `list` reads that column of
 * every file; `open` reads the symbol's file whole and keeps its rows.
 */
export function createFileSource(config: FilesSourceConfig, options: FileSourceOptions): BarSource {
  const files = () => findFiles(config.paths, options.baseDir, options.roots);
  const read = (file: SourceFile): Promise<FileReader> =>
    file.format === 'parquet' ? openParquet(file, config, options.tempDir) : openDelimited(file, config);
  const symbolsOf = async (file: SourceFile): Promise<readonly string[]> =>
    config.columns.symbol === null ? [file.symbol] : [...(await (await read(file)).symbols())].sort(byCodeUnits);

  const owners = async (): Promise<ReadonlyMap<string, SourceFile>> => {
    const found = new Map<string, SourceFile>();
    for (const file of await files()) {
      for (const symbol of await symbolsOf(file)) {
        const other = found.get(symbol);
        if (other !== undefined) throw twoFiles(symbol, other, file);
        found.set(symbol, file);
      }
    }
    return found;
  };
  const ownerOf = async (symbol: string): Promise<SourceFile> => {
    const owner = (await owners()).get(symbol);
    if (owner === undefined)
      throw new SourceError('SourceNotFound', `no symbol '${symbol}' in ${config.paths.join(', ')}`, { symbol });
    return owner;
  };
  // A single file with a symbol column need not be searched first: that no row was found shows when it is read.
  const fileToRead = async (symbol: string): Promise<SourceFile> => {
    const [only, ...others] = await files();
    return config.columns.symbol !== null && only !== undefined && others.length === 0 ? only : ownerOf(symbol);
  };
  // With a symbol column any file may hold the symbol, and which one is not known without parsing: all of them count.
  const fingerprintOf = async (symbol: string): Promise<string> => {
    const sources = config.columns.symbol === null ? [await ownerOf(symbol)] : await files();
    const hashes: string[] = [];
    for (const file of sources) hashes.push(await hashFile(file));
    return sha256(JSON.stringify([hashes.sort(), config.columns.symbol, symbol]));
  };

  const openSymbol = async (symbol: string): Promise<RawSeries> => {
    const clock = requireClock(config.timeZone);
    const file = await fileToRead(symbol);
    const fingerprint = await fingerprintOf(symbol);
    return openSeries({ config, clock, file, symbol, reader: await read(file) }, fingerprint);
  };

  return {
    list: () =>
      resultOf(async () => {
        requireClock(config.timeZone);
        const symbols = [...(await owners())].map(([symbol, file]): SourceSymbol => ({ symbol, origin: file.origin }));
        return symbols.sort((a, b) => byCodeUnits(a.symbol, b.symbol));
      }),
    fingerprint: (symbol) => resultOf(() => fingerprintOf(symbol)),
    newestCloseMs: (symbol) => resultOf(async () => newestCloseOf(await openSymbol(symbol))),
    open: (symbol) => resultOf(() => openSymbol(symbol)),
  };
}

interface SeriesParts {
  readonly config: FilesSourceConfig;
  readonly clock: ZoneClock;
  readonly file: SourceFile;
  readonly symbol: string;
  readonly reader: FileReader;
}

async function openSeries(parts: SeriesParts, fingerprint: string): Promise<RawSeries> {
  const { config, symbol } = parts;
  const probe = await readProbe(parts);
  const timeframeMs =
    config.timeframeMinutes === null ? findTimeframe(parts, probe.instants) : config.timeframeMinutes * 60_000;
  return {
    symbol,
    timeframeMs,
    stampNote: `${probe.stampNote}, timeframe ${describeTimeframe(timeframeMs)}`,
    fingerprint,
    chunks: () => readChunks(parts, config.stamp === 'open' ? timeframeMs : 0),
  };
}

async function* readChunks(parts: SeriesParts, shiftMs: number): AsyncGenerator<BarColumns> {
  const stamps = stampReader(parts);
  for await (const block of parts.reader.blocks(selection(parts), CHUNK_ROWS)) yield readBars(block, stamps, shiftMs);
}

interface Probe {
  /** Stamps of the first rows as instants, neither opens nor closes yet. */
  readonly instants: Float64Array;
  readonly stampNote: string;
}

async function readProbe(parts: SeriesParts): Promise<Probe> {
  const stamps = stampReader(parts);
  const found: Float64Array[] = [];
  let rows = 0;
  for await (const block of parts.reader.blocks(selection(parts), PROBE_ROWS)) {
    const instants = readInstants(block, stamps, 0);
    found.push(instants);
    rows += instants.length;
    if (rows >= PROBE_ROWS) break;
  }
  if (rows === 0)
    throw selection(parts) === null
      ? invalidSource(parts.file.origin, 'a header, but no rows')
      : noSymbol(parts.symbol, parts.file.origin);
  return { instants: concatFloat64(found).subarray(0, PROBE_ROWS), stampNote: stamps.describe(parts.config.stamp) };
}

function findTimeframe(parts: SeriesParts, instants: Float64Array): number {
  const timeframeMs = commonestDistance(instants);
  if (timeframeMs !== null) return timeframeMs;
  throw invalidSource(
    parts.file.origin,
    `the distance between bars cannot be told from ${instants.length} row(s) without two different times; give source.timeframeMinutes`,
  );
}

function stampReader(parts: SeriesParts): StampReader {
  return new StampReader(parts.file.origin, parts.reader.timeColumn, parts.clock);
}

function selection(parts: SeriesParts): string | null {
  return parts.config.columns.symbol === null ? null : parts.symbol;
}

function requireClock(zone: string): ZoneClock {
  const clock = zoneClock(zone);
  if (clock === null) {
    throw new SourceError(
      'InvalidSource',
      `source.timeZone '${zone}' is no IANA time zone; expected for example 'UTC' or 'America/New_York'`,
      { zone },
    );
  }
  return clock;
}

function noSymbol(symbol: string, where: string): SourceError {
  return new SourceError('SourceNotFound', `no symbol '${symbol}' in ${where}`, { symbol });
}

function twoFiles(symbol: string, one: SourceFile, other: SourceFile): SourceError {
  const message = `symbol '${symbol}' comes from two files, ${one.origin} and ${other.origin}; leave one of them out or rename it`;
  return new SourceError('InvalidSource', message, { symbol, files: [one.origin, other.origin] });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
