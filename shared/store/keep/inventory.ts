import { objectKind } from './places';
import { namedBy } from './references';
import type { StoreGraph } from './store-graph';

/** What there is of one kind. Instants in epoch milliseconds. */
export interface InventoryRow {
  readonly kind: string;
  readonly objects: number;
  readonly bytes: number;
  readonly oldestMs: number;
  readonly newestMs: number;
}

/** The kind of every object as people know it: artifacts by what a stage calls them, everything else by its place. */
export function kindsOf(graph: StoreGraph): (key: string) => string {
  const named = new Map<string, string>();
  for (const marker of graph.markers.values()) {
    for (const { uri, kind } of namedBy(marker)) named.set(uri, kind);
  }
  for (const { record } of graph.runs.values()) {
    for (const { uri, kind } of record?.symbols.flatMap(({ bundles }) => bundles) ?? []) named.set(uri, kind);
  }
  for (const { versions, evidence } of graph.models.values()) {
    for (const { version } of versions) named.set(version.bundle.uri, version.bundle.kind);
    for (const { ref } of evidence) named.set(ref.uri, ref.kind);
  }
  for (const { refs } of graph.snapshots.values()) for (const { uri, kind } of refs) named.set(uri, kind);
  return (key) => {
    const kind = objectKind(key);
    return kind === 'artifact' ? (named.get(key) ?? 'unreferenced') : kind;
  };
}

/** Count, size and age by kind, the largest first. */
export function inventoryOf(graph: StoreGraph, keys: Iterable<string>): readonly InventoryRow[] {
  const kindOf = kindsOf(graph);
  const rows = new Map<string, InventoryRow>();
  for (const key of keys) {
    const entry = graph.entries.get(key);
    if (entry === undefined) continue;
    const kind = kindOf(key);
    const row = rows.get(kind);
    rows.set(kind, {
      kind,
      objects: (row?.objects ?? 0) + 1,
      bytes: (row?.bytes ?? 0) + entry.bytes,
      oldestMs: Math.min(row?.oldestMs ?? Infinity, entry.modifiedMs),
      newestMs: Math.max(row?.newestMs ?? 0, entry.modifiedMs),
    });
  }
  return [...rows.values()].sort((a, b) => b.bytes - a.bytes || (a.kind < b.kind ? -1 : 1));
}
