import { aliasesOf } from '../../shared/store/keep/store-graph';
import type { Found } from '../../shared/store/keep/find-in-graph';
import type { Lineage, LineageLink } from '../../shared/store/keep/lineage';
import { namedBy } from '../../shared/store/keep/references';
import type { MarkerNode, StoreGraph } from '../../shared/store/keep/store-graph';

export type Direction = 'up' | 'down';

/** A registered version of a bundle, and the aliases that stand for it now. */
interface Registered {
  readonly model: string;
  readonly version: number;
  readonly aliases: readonly string[];
}

/** What is told of a stage besides its results. */
export interface LineageNotes {
  /** Symbols of the runs whose records name it. */
  readonly symbolsOf: (marker: MarkerNode) => readonly string[];
  readonly runsOf: (marker: MarkerNode) => readonly string[];
  readonly registeredOf: (marker: MarkerNode) => readonly Registered[];
}

export function lineageNotes(graph: StoreGraph): LineageNotes {
  const named = new Map<string, { readonly runId: string; readonly symbol: string }[]>();
  for (const { record } of graph.runs.values()) {
    for (const { symbol, stages } of record?.symbols ?? []) {
      for (const { stage, key } of stages) {
        const known = named.get(`${stage} ${key}`);
        const entry = { runId: record?.runId ?? '', symbol };
        if (known === undefined) named.set(`${stage} ${key}`, [entry]);
        else known.push(entry);
      }
    }
  }
  const versions = new Map<string, Registered[]>();
  for (const model of graph.models.values()) {
    for (const { version } of model.versions) {
      const aliases = aliasesOf(model).flatMap(([alias, number]) => (number === version.version ? [alias] : []));
      const known = versions.get(version.bundle.sha256) ?? [];
      versions.set(version.bundle.sha256, [...known, { model: model.model, version: version.version, aliases }]);
    }
  }
  const of = (marker: MarkerNode) => named.get(`${marker.stage} ${marker.key}`) ?? [];
  return {
    symbolsOf: (marker) => distinct(of(marker).map(({ symbol }) => symbol)),
    runsOf: (marker) => distinct(of(marker).map(({ runId }) => runId)),
    registeredOf: (marker) => Object.values(marker.outputs).flatMap(({ sha256 }) => versions.get(sha256) ?? []),
  };
}

/** The tree as lines: an artifact, how it was made, and below it what went into it or what was made of it. Each is opened once. */
export function lineageLines(
  roots: readonly Found[],
  {
    lineage,
    notes,
    direction,
  }: { readonly lineage: Lineage; readonly notes: LineageNotes; readonly direction: Direction },
): readonly string[] {
  const seen = new Set<string>();
  const walk = ({ marker, sha256 }: Found, depth: number): readonly string[] => {
    const head = `${'  '.repeat(depth)}${headOf(marker, sha256, notes)}`;
    const id = `${marker.at} ${sha256}`;
    if (seen.has(id)) return [`${head} (see above)`];
    seen.add(id);
    const inner = '  '.repeat(depth + 1);
    if (direction === 'up') {
      const links = lineage.up(marker);
      if (links.length > 0)
        return [head, ...links.flatMap(({ of, sha256: made }) => walk({ marker: of, sha256: made }, depth + 1))];
      return [head, `${inner}source ${marker.fingerprint?.slice(0, 16) ?? 'unknown'}`];
    }
    const below = distinctMarkers(lineage.down(marker).filter((link) => isOf(link, sha256, marker)));
    return [
      head,
      ...notes
        .registeredOf(marker)
        .map(
          ({ model, version, aliases }) =>
            `${inner}model ${model} v${String(version)}${aliases.length === 0 ? '' : `  ${aliases.join(', ')}`}`,
        ),
      ...below.flatMap((next) =>
        Object.values(next.outputs).flatMap((output) => walk({ marker: next, sha256: output.sha256 }, depth + 1)),
      ),
    ];
  };
  return roots.flatMap((root) => walk(root, 0));
}

/** Links that begin at this very output; of a part of a table or a bundle, at any output of its stage. */
function isOf(link: LineageLink, sha256: string, marker: MarkerNode): boolean {
  const isOutput = Object.values(marker.outputs).some((ref) => ref.sha256 === sha256);
  return !isOutput || link.sha256 === sha256;
}

function headOf(marker: MarkerNode, sha256: string, notes: LineageNotes): string {
  const kind = namedBy(marker).find((ref) => ref.sha256 === sha256)?.kind ?? marker.stage;
  const symbols = notes.symbolsOf(marker);
  const shown = symbols.length === 0 ? '' : `  ${symbols.slice(0, 3).join(', ')}${symbols.length > 3 ? ', …' : ''}`;
  return `${kind} ${sha256.slice(0, 16)}  ${marker.stage} ${marker.key.slice(0, 16)}${shown}`;
}

function distinctMarkers(links: readonly LineageLink[]): readonly MarkerNode[] {
  return [...new Map(links.map(({ by }) => [by.at, by])).values()];
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
