import type { Found } from '../../shared/store/keep/find-in-graph';
import type { Lineage } from '../../shared/store/keep/lineage';
import { lineageOf, reach } from '../../shared/store/keep/lineage';
import { readStoreGraph } from '../../shared/store/keep/read-graph';
import { openObjectStore } from '../../shared/store/open-store';
import { findRoots } from '../artifact-lookup';
import type { CommandContext } from '../command-context';
import { EXIT } from '../usage-error';
import { printJson } from '../views/print-json';
import type { Direction, LineageNotes } from '../views/lineage-tree';
import { lineageLines, lineageNotes } from '../views/lineage-tree';

export interface LineageFlags {
  readonly descendants?: boolean;
  readonly json?: boolean;
}

/** `candlewick lineage <ref>`: what an artifact was made of, down to the source; or everything that was made of it. */
export async function lineageCommand(context: CommandContext, given: string, flags: LineageFlags): Promise<number> {
  const graph = await readStoreGraph(openObjectStore(context.settings));
  const lineage = lineageOf(graph);
  const notes = lineageNotes(graph);
  const direction: Direction = flags.descendants === true ? 'down' : 'up';
  const found = findRoots(graph, lineage, given);
  // Of a run, "what was made of it" begins where the run began.
  const roots = direction === 'down' && found.length > 1 ? beginnings(found, lineage) : found;
  if (flags.json === true) printJson(context, asJson(given, roots, { lineage, notes, direction }));
  else for (const line of lineageLines(roots, { lineage, notes, direction })) context.print(line);
  return EXIT.done;
}

/** The stages that nothing of the store went into. */
function beginnings(found: readonly Found[], lineage: Lineage): readonly Found[] {
  const all = reach(
    lineage,
    found.map(({ marker }) => marker),
    'up',
  );
  return [...all.values()]
    .filter((marker) => lineage.up(marker).length === 0)
    .flatMap((marker) => Object.values(marker.outputs).map(({ sha256 }) => ({ marker, sha256 })));
}

/** The same as a graph: of a thousand symbols a tree would say most of it many times. */
function asJson(
  given: string,
  roots: readonly Found[],
  {
    lineage,
    notes,
    direction,
  }: { readonly lineage: Lineage; readonly notes: LineageNotes; readonly direction: Direction },
) {
  const all = [
    ...reach(
      lineage,
      roots.map(({ marker }) => marker),
      direction,
    ).values(),
  ];
  return {
    ref: given,
    direction,
    roots: roots.map(({ marker, sha256 }) => ({ stage: marker.at, sha256 })),
    stages: all.map((marker) => ({
      at: marker.at,
      stage: marker.stage,
      key: marker.key,
      symbols: notes.symbolsOf(marker),
      runs: notes.runsOf(marker),
      outputs: Object.entries(marker.outputs).map(([name, ref]) => ({ name, ...ref })),
      source: marker.fingerprint,
      models: notes.registeredOf(marker),
    })),
    links: all.flatMap((marker) =>
      direction === 'up'
        ? lineage.up(marker).map(({ of, by, sha256 }) => ({ from: of.at, to: by.at, sha256 }))
        : lineage.down(marker).map(({ of, by, sha256 }) => ({ from: of.at, to: by.at, sha256 })),
    ),
  };
}
