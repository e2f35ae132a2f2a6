import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { concatBars, type BarColumns } from '../../../domain/core/bars';
import { FILES_SOURCE_DEFAULTS } from '../../../shared/contracts/config/defaults';
import type { FilesSourceConfig } from '../../../shared/contracts/config/source-schema';
import { createFileSource } from '../../../shared/sources/files/file-source';
import type { BarSource, RawSeries } from '../../../shared/sources/port';

/** A folder for the files of one test, removed by `remove`. */
export interface Folder {
  readonly path: string;
  write(name: string, content: string | Uint8Array): string;
  writeGzip(name: string, content: string): string;
  remove(): void;
}

export function createFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'candlewick-sources-'));
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(path, name), content);
    return join(path, name);
  };
  return {
    path,
    write,
    writeGzip: (name, content) => write(name, gzipSync(content)),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export type ConfigChanges = Partial<Omit<FilesSourceConfig, 'columns'>> & {
  readonly columns?: Partial<FilesSourceConfig['columns']>;
};

export function sourceOf(folder: Folder, paths: readonly string[], changes: ConfigChanges = {}): BarSource {
  const columns = { ...FILES_SOURCE_DEFAULTS.columns, ...changes.columns };
  const config: FilesSourceConfig = { ...FILES_SOURCE_DEFAULTS, ...changes, columns, paths: [...paths] };
  return createFileSource(config, { baseDir: folder.path, tempDir: join(folder.path, 'temp'), roots: null });
}

export async function openSeries(source: BarSource, symbol: string): Promise<RawSeries> {
  const opened = await source.open(symbol);
  if (!opened.ok) throw new Error(`not opened: ${opened.fault.code}: ${opened.fault.message}`);
  return opened.value;
}

export async function readAll(series: RawSeries): Promise<BarColumns> {
  const chunks: BarColumns[] = [];
  for await (const chunk of series.chunks()) chunks.push(chunk);
  return concatBars(chunks);
}

/** Opens one file's only symbol with an hour as its timeframe and stamps that are closes, and returns its times as ISO text. */
export async function closeTimes(folder: Folder, name: string, changes: ConfigChanges = {}): Promise<string[]> {
  const source = sourceOf(folder, [name], { stamp: 'close', timeframeMinutes: 60, ...changes });
  const bars = await readAll(await openSeries(source, name.split('.')[0]!));
  return Array.from(bars.time, (time) => (Number.isNaN(time) ? 'missing' : new Date(time).toISOString()));
}

/** A file of bars from its stamps, all prices alike. */
export function barsAt(stamps: readonly (string | number)[]): string {
  return ['time,open,high,low,close,volume', ...stamps.map((stamp) => `${stamp},1,2,0.5,1.5,10`)].join('\n');
}
