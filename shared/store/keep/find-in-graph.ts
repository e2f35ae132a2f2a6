import type { ModelReference } from '../model-reference';
import { parseReference } from '../model-reference';
import { StoreError } from '../port';
import type { Lineage } from './lineage';
import { position } from './lineage';
import { namedBy } from './references';
import type { MarkerNode, ModelNode, RunNode, StoreGraph } from './store-graph';

/** One artifact as the result of the stage that published it. */
export interface Found {
  readonly marker: MarkerNode;
  readonly sha256: string;
}

/** What a name stands for: artifacts to begin a tree with, or why there are none. */
export type Lookup =
  | { readonly kind: 'found'; readonly artifacts: readonly Found[] }
  | { readonly kind: 'ambiguous'; readonly count: number }
  | { readonly kind: 'none'; readonly reason: string | null };

/**
 * What a person means: a model (`daily/XAG-h20`: its champion), one of its aliases or versions
 * (`daily/XAG-h20@champion`, `daily/XAG-h20@3`), a run (all its bundles), a run's symbol (`<run>/<symbol>`), or an artifact or
 * stage by its uri, its hash or the first letters of one.
 */
export function findInGraph(graph: StoreGraph, lineage: Lineage, given: string): Lookup {
  const model = graph.models.get(given.replace(/@[^@]*$/, ''));
  if (model !== undefined) return referenceLookup(model, given, lineage);
  const run = runNamed(graph, given);
  if (run !== null) return { kind: 'found', artifacts: topsOf(run, graph) };
  return hashLookup(
    graph,
    lineage,
    given
      .split('/')
      .at(-1)
      ?.replace(/\.json$/, '') ?? given,
  );
}

/** As the registry reads a reference, so that the same words mean the same version in every command. */
function referenceLookup(model: ModelNode, given: string, lineage: Lineage): Lookup {
  try {
    return modelLookup(model, parseReference(given), lineage);
  } catch (error) {
    if (error instanceof StoreError) return { kind: 'none', reason: error.message };
    throw error;
  }
}

function modelLookup({ model, versions, assignment }: ModelNode, { wanted }: ModelReference, lineage: Lineage): Lookup {
  const number = typeof wanted === 'number' ? wanted : (assignment?.[wanted] ?? null);
  const found = versions.find(({ version }) => version.version === number)?.version;
  if (found === undefined) {
    const known = versions.slice(-5).map(({ version }) => String(version.version));
    return { kind: 'none', reason: `${model} has no '${String(wanted)}'; its newest versions are ${known.join(', ')}` };
  }
  const artifacts = lineage.makers(found.bundle.sha256).map((marker) => ({ marker, sha256: found.bundle.sha256 }));
  if (artifacts.length > 0) return { kind: 'found', artifacts };
  return {
    kind: 'none',
    reason: `the bundle of ${model} version ${String(found.version)} was collected: no stage of it is published any more`,
  };
}

interface NamedRun {
  readonly run: RunNode;
  readonly symbol: string | null;
}

function runNamed({ runs }: StoreGraph, given: string): NamedRun | null {
  for (const run of runs.values()) {
    const runId = run.record?.runId;
    if (runId === undefined) continue;
    if (runId === given) return { run, symbol: null };
    const symbol = run.record?.symbols.find((entry) => `${runId}/${entry.symbol}` === given)?.symbol;
    if (symbol !== undefined) return { run, symbol };
  }
  return null;
}

/** The latest results of each symbol: its bundles, or what there is of one that ended before. */
function topsOf({ run, symbol }: NamedRun, graph: StoreGraph): readonly Found[] {
  const symbols = (run.record?.symbols ?? []).filter((entry) => symbol === null || entry.symbol === symbol);
  return symbols.flatMap(({ stages }) => {
    const latest = Math.max(...stages.map(({ stage }) => position(stage)));
    return stages
      .filter(({ stage }) => position(stage) === latest)
      .flatMap(({ stage, key }) => graph.markers.get(`stages/${stage}/${key.slice(0, 2)}/${key}.json`) ?? [])
      .flatMap((marker) => Object.values(marker.outputs).map(({ sha256 }) => ({ marker, sha256 })));
  });
}

function hashLookup(graph: StoreGraph, lineage: Lineage, prefix: string): Lookup {
  if (prefix === '') return { kind: 'none', reason: null };
  const hashes = new Map<string, Found>();
  for (const marker of graph.markers.values()) {
    if (marker.key.startsWith(prefix)) {
      const [first] = Object.values(marker.outputs);
      if (first !== undefined) hashes.set(marker.key, { marker, sha256: first.sha256 });
    }
    for (const { sha256 } of namedBy(marker)) if (sha256.startsWith(prefix)) hashes.set(sha256, { marker, sha256 });
  }
  if (hashes.size > 1) return { kind: 'ambiguous', count: hashes.size };
  const [only] = hashes.values();
  if (only === undefined) return snapshotLookup(graph, lineage, prefix);
  // Bars that needed no cleaning were published by two stages: the later one.
  const maker = lineage.makers(only.sha256).at(-1);
  return { kind: 'found', artifacts: [maker === undefined ? only : { ...only, marker: maker }] };
}

/** A page of a vendor's answer is told by the bars that were read from it. */
function snapshotLookup({ snapshots }: StoreGraph, lineage: Lineage, prefix: string): Lookup {
  const holders = [...snapshots.values()].filter(({ refs }) => refs.some(({ sha256 }) => sha256.startsWith(prefix)));
  const [newest] = [...holders].sort((a, b) => b.number - a.number);
  if (newest === undefined) return { kind: 'none', reason: null };
  const hashes = new Set(
    holders.flatMap(({ refs }) => refs.map(({ sha256 }) => sha256)).filter((sha256) => sha256.startsWith(prefix)),
  );
  if (hashes.size > 1) return { kind: 'ambiguous', count: hashes.size };
  for (const { bars } of holders) {
    const [marker] = lineage.makers(bars.sha256);
    if (marker !== undefined) return { kind: 'found', artifacts: [{ marker, sha256: bars.sha256 }] };
  }
  return {
    kind: 'none',
    reason: `it belongs to snapshot ${String(newest.number)} of ${newest.symbol} (${newest.at}), of which no published stage was made`,
  };
}
