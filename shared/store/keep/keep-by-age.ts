import { DAY_MS } from '../../names/durations';
import type { RunNode, SnapshotNode, StoreGraph } from './store-graph';
import { noticeOf, objectKind } from './places';

/** Of each symbol of a source so many of the newest snapshots stay: where one is damaged, the one before is gone on from. */
export const SNAPSHOTS_KEPT = 5;

/** The newest ones that some run has read: what a revision is told against, also where that run reads twice. */
const READ_SNAPSHOTS_KEPT = 2;

/** Alerts and drills are looked up for months; an alert that was forgotten while it holds would be told once more. */
const NOTICE_DAYS = 90;

/** What is known when snapshots are judged: everything that is kept for other reasons. */
export interface KeptSoFar {
  readonly keepDays: number;
  readonly nowMs: number;
  readonly keptRuns: readonly RunNode[];
  readonly isKept: (key: string) => boolean;
}

/**
 * Keys of the vendors' snapshots that stay: of each symbol of a source the newest ones and the last that were read, further
 * back those that a kept run has read, and those that are young.
 */
export function keptSnapshots(graph: StoreGraph, { keepDays, nowMs, keptRuns, isKept }: KeptSoFar): readonly string[] {
  const runIds = new Set(keptRuns.flatMap(({ record }) => record?.runId ?? []));
  const isYoung = (key: string): boolean => (graph.entries.get(key)?.modifiedMs ?? 0) >= nowMs - keepDays * DAY_MS;
  // One that cannot be read counts too: nobody knows what it needs.
  const newest = numbered(graph).flatMap((series) => series.slice(0, SNAPSHOTS_KEPT));
  const read = seriesOfSnapshots(graph).flatMap((series) =>
    series
      .filter(({ reader }) => reader !== null)
      .slice(0, READ_SNAPSHOTS_KEPT)
      .map(({ at }) => at),
  );
  const needed = [...graph.snapshots.values()].filter(
    ({ at, bars, reader }) => isYoung(at) || isKept(bars.uri) || (reader !== null && runIds.has(reader.runId)),
  );
  return [...newest, ...read, ...needed.map(({ at }) => at)];
}

/** Keys of alerts and drills that stay: each is kept whole, by the last that was written of it. */
export function keptNotices({ entries }: StoreGraph, keepDays: number, nowMs: number): readonly string[] {
  const keys = [...entries.keys()].filter((key) => NOTICES.has(objectKind(key)));
  const newest = new Map<string, number>();
  for (const key of keys)
    newest.set(noticeOf(key), Math.max(newest.get(noticeOf(key)) ?? 0, entries.get(key)?.modifiedMs ?? 0));
  const sinceMs = nowMs - Math.max(keepDays, NOTICE_DAYS) * DAY_MS;
  return keys.filter((key) => (newest.get(noticeOf(key)) ?? 0) >= sinceMs);
}

const NOTICES: ReadonlySet<string> = new Set(['alert', 'drill-certificate']);

/** Keys of snapshots, by source and symbol, the newest first: numbers are written with as many digits. */
function numbered({ entries }: StoreGraph): readonly (readonly string[])[] {
  const series = new Map<string, string[]>();
  for (const key of entries.keys()) {
    if (objectKind(key) !== 'vendor-snapshot') continue;
    const folder = key.slice(0, key.lastIndexOf('/'));
    series.set(folder, [...(series.get(folder) ?? []), key]);
  }
  return [...series.values()].map((keys) => keys.sort().reverse());
}

function seriesOfSnapshots(graph: StoreGraph): readonly (readonly SnapshotNode[])[] {
  return numbered(graph).map((keys) => keys.flatMap((key) => graph.snapshots.get(key) ?? []));
}
