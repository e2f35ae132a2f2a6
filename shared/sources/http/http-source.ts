import type { HttpSourceConfig } from '../../contracts/config/http-source';
import type { PinnedSeries, VendorSnapshot } from '../../contracts/vendor';
import { canonicalJson, sha256Hex } from '../../store/hash';
import { invalidSource, resultOf } from '../files/source-faults';
import { zoneClock } from '../files/zone-clock';
import type { ZoneClock } from '../files/zone-clock';
import { SourceError } from '../port';
import type { BarSource, PinOptions } from '../port';
import { compareBars } from './compare-bars';
import { fetchSeries } from './fetch-series';
import { listSymbols } from './list-symbols';
import { createVendorClient } from './vendor-client';
import { sourceHash } from './snapshot-store';
import type { VendorAccess } from './vendor-access';

const DAMAGED: readonly unknown[] = ['ArtifactMissing', 'ArtifactCorrupt'];

/**
 * Bars of a vendor over HTTP. Every answer that brings something new becomes a snapshot in the store, and stages read
 * snapshots only: what is read has a hash before anything is computed from it, and reading it again asks nobody.
 */
export function createHttpSource(config: HttpSourceConfig, access: VendorAccess): BarSource {
  const source = sourceHash(decisive(config));
  const snapshots = access.snapshots(source);
  const clientFor = (signal: AbortSignal | undefined) =>
    createVendorClient({
      config,
      secret: access.secret,
      limiter: access.limiterOf(new URL(config.bars.url.replaceAll('{symbol}', 'x')).origin, config.requestsPerSecond),
      hosts: access.hosts,
      now: access.now,
      signal,
    });

  /** Asks the vendor; null: it has no bar of the symbol. */
  const refresh = async (symbol: string, options: Pick<PinOptions, 'signal' | 'onPhase'>) => {
    const previous = await snapshots.latest(symbol);
    const nowMs = access.now();
    const { pages, series } = await fetchSeries({
      config,
      symbol,
      clock: requireClock(config.timeZone),
      client: clientFor(options.signal),
      snapshots,
      previous,
      nowMs,
      onPage: (count) => options.onPhase?.(`asking ${config.vendor}`, count),
    });
    if (series === null) return previous;
    if (series.bars.time.length === 0) return null;
    const table = await snapshots.putBars(series.bars);
    const fields = {
      fetchedAtMs: nowMs,
      fingerprint: fingerprintOf(table.ref.sha256, series.timeframeMs, series.stampNote),
      bars: table.ref,
      parts: [...table.parts],
      rows: table.rows,
      timeframeMs: series.timeframeMs,
      newestCloseMs: newestOf(series.bars.time),
      stampNote: series.stampNote,
      openBars: series.open,
      repeatedBars: series.repeated,
      pages: [...pages],
    };
    return previous !== null && tellsTheSame(previous, fields) ? previous : snapshots.append(symbol, fields);
  };

  /** What the last run that read the symbol had not seen, or had seen otherwise. */
  const compared = async (snapshot: VendorSnapshot, symbol: string, runId: string): Promise<Comparison> => {
    const number = await lastReadBefore(snapshot.number, symbol, runId);
    if (number === null) return { revision: null, notCompared: null };
    const read = await snapshots.get(symbol, number);
    if (read?.fingerprint === snapshot.fingerprint) return { revision: null, notCompared: null };
    const before = read === null ? null : await snapshots.readBars(read).catch(nullIfDamaged);
    if (read === null || before === null) {
      return {
        revision: null,
        notCompared: `snapshot ${String(number)} of ${symbol}, which the last run read, is gone or damaged: whether ${config.vendor} revised bars since cannot be told`,
      };
    }
    const differences = compareBars(before, await snapshots.readBars(snapshot));
    const revision =
      differences === null
        ? null
        : { since: number, snapshot: snapshot.number, sinceMs: read.fetchedAtMs, ...differences };
    return { revision, notCompared: null };
  };

  /** The snapshot that the last other run has read; null where that is this one, or where nobody has read any. */
  const lastReadBefore = async (newest: number, symbol: string, runId: string): Promise<number | null> => {
    let own: number | null = null;
    for (let number = newest; number >= 1; number -= 1) {
      const reader = await snapshots.readerOf(symbol, number);
      if (reader === null) continue;
      if (reader !== runId) return number === newest ? null : number;
      if (number !== newest) own = number;
    }
    // Read by this run itself, before it was retried.
    return own;
  };

  const known = async (symbol: string, asOfMs: number): Promise<VendorSnapshot | null> => {
    const latest = await snapshots.latest(symbol);
    return latest !== null && (latest.newestCloseMs ?? -Infinity) >= asOfMs ? latest : null;
  };
  const required = (snapshot: VendorSnapshot | null, symbol: string): VendorSnapshot => {
    if (snapshot !== null) return snapshot;
    throw new SourceError('SourceNotFound', `${config.vendor} has no bar of '${symbol}'`, { symbol });
  };

  return {
    list: () =>
      resultOf(async () => {
        requireClock(config.timeZone);
        const symbols =
          config.symbols ??
          (config.list === null
            ? []
            : await listSymbols(config, config.list, { client: clientFor(undefined), nowMs: access.now() }));
        return [...new Set(symbols)].sort().map((symbol) => ({ symbol, origin: config.vendor }));
      }),
    fingerprint: (symbol) => resultOf(async () => required(await refresh(symbol, {}), symbol).fingerprint),
    open: (symbol) =>
      resultOf(async () => {
        const snapshot = required(await refresh(symbol, {}), symbol);
        return {
          symbol,
          timeframeMs: snapshot.timeframeMs,
          stampNote: snapshot.stampNote,
          fingerprint: snapshot.fingerprint,
          chunks: () => snapshots.chunks(snapshot),
        };
      }),
    newestCloseMs: (symbol, enoughMs = Infinity, signal) =>
      resultOf(async () => {
        const options = signal === undefined ? {} : { signal };
        return ((await known(symbol, enoughMs)) ?? (await refresh(symbol, options)))?.newestCloseMs ?? null;
      }),
    pin: (symbol, options) =>
      resultOf(async () => {
        const snapshot = (await known(symbol, options.asOfMs)) ?? required(await refresh(symbol, options), symbol);
        return pinned(snapshot, await compared(snapshot, symbol, options.runId));
      }),
    markRead: (symbol, { snapshot }, runId) => resultOf(() => snapshots.markRead(symbol, snapshot, runId)),
  };
}

/** What decides the bars: not the key, the pace or the limits. */
function decisive({ bars, headers, stamp, timeZone, timeframeMinutes }: HttpSourceConfig): unknown {
  return { bars, headers, stamp, timeZone, timeframeMinutes };
}

function fingerprintOf(bars: string, timeframeMs: number, stampNote: string): string {
  return sha256Hex(canonicalJson({ bars, timeframeMs, stampNote }));
}

/** The same bars, and the same marks to ask by: nothing worth a further snapshot. */
function tellsTheSame(
  previous: VendorSnapshot,
  fields: Pick<VendorSnapshot, 'fingerprint' | 'pages' | 'openBars'>,
): boolean {
  return (
    previous.fingerprint === fields.fingerprint &&
    previous.openBars === fields.openBars &&
    canonicalJson(previous.pages) === canonicalJson(fields.pages)
  );
}

function newestOf(time: Float64Array): number | null {
  const newest = time.reduce((latest, instant) => (instant > latest ? instant : latest), -Infinity);
  return Number.isFinite(newest) ? newest : null;
}

type Comparison = Pick<PinnedSeries, 'revision' | 'notCompared'>;

function nullIfDamaged(error: unknown): null {
  if (error instanceof Error && 'code' in error && DAMAGED.includes(error.code)) return null;
  throw error;
}

function pinned(snapshot: VendorSnapshot, comparison: Comparison): PinnedSeries {
  const { number, fingerprint, bars, parts, rows, timeframeMs, newestCloseMs, stampNote } = snapshot;
  return { snapshot: number, fingerprint, bars, parts, rows, timeframeMs, newestCloseMs, stampNote, ...comparison };
}

function requireClock(zone: string): ZoneClock {
  const clock = zoneClock(zone);
  if (clock !== null) return clock;
  throw invalidSource('source.timeZone', `'${zone}' is no IANA time zone; expected for example 'UTC'`);
}
