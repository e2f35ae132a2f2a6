import type { InventoryRow } from '../../shared/store/keep/inventory';
import { inventoryOf, kindsOf } from '../../shared/store/keep/inventory';
import { readStoreGraph } from '../../shared/store/keep/read-graph';
import { heldByRun, referencesOf } from '../../shared/store/keep/references';
import type { StoreGraph } from '../../shared/store/keep/store-graph';
import { openObjectStore } from '../../shared/store/open-store';
import type { CommandContext } from '../command-context';
import { runInStore } from '../store-run';
import { EXIT, UsageError } from '../usage-error';
import { byteCount } from '../views/byte-count';
import { printJson } from '../views/print-json';
import { stamp } from '../views/stamp';
import { textTable } from '../views/text-table';

export interface StoreLsFlags {
  readonly kind?: string;
  readonly run?: string;
  readonly json?: boolean;
}

/** Objects of one kind that are listed for a person; --json lists all. */
const MAX_LISTED = 50;

/** `candlewick store ls`: what is in the store, by kind; of one kind, or of one run. */
export async function storeLsCommand(context: CommandContext, flags: StoreLsFlags): Promise<number> {
  const objects = openObjectStore(context.settings);
  const graph = await readStoreGraph(objects);
  const held = heldKeys(graph, flags.run);
  if (flags.kind !== undefined) return listKind(context, graph, held, { kind: flags.kind, json: flags.json === true });
  const rows = inventoryOf(graph, held);
  if (flags.json === true) {
    printJson(context, { store: objects.description, run: flags.run ?? null, kinds: rows.map(jsonRow) });
    return EXIT.done;
  }
  if (rows.length === 0) context.print(`${objects.description} holds nothing yet`);
  else
    context.print(
      textTable(['kind', 'objects', 'size', 'oldest (UTC)', 'newest (UTC)'], [...rows, total(rows)].map(textRow)),
    );
  if (flags.run !== undefined && rows.length > 0)
    context.say('artifacts are shared: what other runs hold too is counted here and there');
  return EXIT.done;
}

function heldKeys(graph: StoreGraph, run: string | undefined): readonly string[] {
  if (run === undefined) return [...graph.entries.keys(), ...graph.uses.keys()].filter((key) => graph.entries.has(key));
  return [...heldByRun(runInStore(graph, run), graph, referencesOf(graph))].sort();
}

function listKind(
  { print, say }: CommandContext,
  graph: StoreGraph,
  held: readonly string[],
  { kind, json }: { readonly kind: string; readonly json: boolean },
): number {
  const kindOf = kindsOf(graph);
  const found = held.filter((key) => kindOf(key) === kind).flatMap((key) => graph.entries.get(key) ?? []);
  if (found.length === 0) {
    const known = [...new Set(held.map(kindOf))].sort();
    throw new UsageError(`there is nothing of kind '${kind}'; there is ${known.join(', ')}`);
  }
  if (json) {
    const objects = found.map(({ key, bytes, modifiedMs }) => ({
      key,
      bytes,
      modified: new Date(modifiedMs).toISOString(),
    }));
    printJson({ print }, { kind, objects });
    return EXIT.done;
  }
  print(
    textTable(
      ['object', 'size', 'written (UTC)'],
      found.slice(0, MAX_LISTED).map(({ key, bytes, modifiedMs }) => [key, byteCount(bytes), stamp(modifiedMs)]),
    ),
  );
  if (found.length > MAX_LISTED) say(`and ${String(found.length - MAX_LISTED)} more; --json lists all`);
  return EXIT.done;
}

function total(rows: readonly InventoryRow[]): InventoryRow {
  return {
    kind: 'all',
    objects: rows.reduce((sum, { objects }) => sum + objects, 0),
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    oldestMs: Math.min(...rows.map(({ oldestMs }) => oldestMs)),
    newestMs: Math.max(...rows.map(({ newestMs }) => newestMs)),
  };
}

function jsonRow({ kind, objects, bytes, oldestMs, newestMs }: InventoryRow) {
  return { kind, objects, bytes, oldest: new Date(oldestMs).toISOString(), newest: new Date(newestMs).toISOString() };
}

function textRow({ kind, objects, bytes, oldestMs, newestMs }: InventoryRow): readonly string[] {
  return [kind, String(objects), byteCount(bytes), stamp(oldestMs), stamp(newestMs)];
}
