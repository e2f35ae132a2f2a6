import { lineageOf, reach } from './lineage';
import { namedBy } from './references';
import type { MarkerNode, StoreGraph } from './store-graph';
import { aliasesOf } from './store-graph';

/** What would be affected by the loss of an object. */
export interface Dependents {
  /** Stages whose result it is part of: `train 0123456789abcdef`. */
  readonly stages: readonly string[];
  /** How many stages were made of those in their turn. */
  readonly stagesBelow: number;
  /** `<run>/<symbol>` of every record that names one of these stages. */
  readonly symbols: readonly string[];
  readonly runs: readonly string[];
  /** Registered versions whose bundle holds it, `daily/XAG-h20 v3`: they cannot predict. */
  readonly models: readonly string[];
  /** Aliases that stand for such a version. */
  readonly aliases: readonly string[];
  /** Vendors' snapshots that hold it, `XAG #3`. */
  readonly snapshots: readonly string[];
  /** Registered versions that were made of it, and still predict. */
  readonly madeOf: readonly string[];
}

/** Answers for any number of objects of one store. */
export function dependentsIn(graph: StoreGraph): (key: string) => Dependents {
  const lineage = lineageOf(graph);
  const naming = new Map<string, MarkerNode[]>();
  for (const marker of graph.markers.values()) {
    for (const uri of new Set([marker.at, ...namedBy(marker).map((ref) => ref.uri)])) {
      naming.set(uri, [...(naming.get(uri) ?? []), marker]);
    }
  }
  const recorded = new Map<string, { readonly runId: string; readonly symbol: string }[]>();
  for (const { record } of graph.runs.values()) {
    for (const { symbol, stages } of record?.symbols ?? []) {
      for (const { stage, key } of stages) {
        const at = `${stage} ${key}`;
        recorded.set(at, [...(recorded.get(at) ?? []), { runId: record?.runId ?? '', symbol }]);
      }
    }
  }
  const versions = [...graph.models.values()].flatMap((model) =>
    model.versions.map(({ at, version }) => ({
      at,
      uri: version.bundle.uri,
      name: `${model.model} v${String(version.version)}`,
      aliases: aliasesOf(model).flatMap(([alias, number]) => (number === version.version ? [alias] : [])),
    })),
  );
  const snapshots = new Map<string, string[]>();
  for (const { at, refs, symbol, number } of graph.snapshots.values()) {
    for (const uri of new Set([at, ...refs.map((ref) => ref.uri)]))
      snapshots.set(uri, [...(snapshots.get(uri) ?? []), `${symbol} #${String(number)}`]);
  }
  return (key) => {
    const direct = naming.get(key) ?? [];
    const all = [...reach(lineage, direct, 'down').values()];
    const outputs = (markers: readonly MarkerNode[]): ReadonlySet<string> =>
      new Set(markers.flatMap((marker) => Object.values(marker.outputs).map(({ uri }) => uri)));
    const broken = outputs(direct);
    const below = outputs(all);
    const dead = versions.filter(({ at, uri }) => at === key || uri === key || broken.has(uri));
    const named = all.flatMap(({ stage, key: stageKey }) => recorded.get(`${stage} ${stageKey}`) ?? []);
    const own = [...graph.runs.values()].find(({ keys }) => keys.includes(key))?.record?.runId;
    return {
      stages: direct.map(({ stage, key: stageKey }) => `${stage} ${stageKey.slice(0, 16)}`),
      stagesBelow: all.length - direct.length,
      symbols: distinct(named.map(({ runId, symbol }) => `${runId}/${symbol}`)),
      runs: distinct([...named.map(({ runId }) => runId), ...(own === undefined ? [] : [own])]),
      models: dead.map(({ name }) => name),
      aliases: dead.flatMap(({ aliases }) => aliases),
      snapshots: snapshots.get(key) ?? [],
      madeOf: versions.filter((version) => !dead.includes(version) && below.has(version.uri)).map(({ name }) => name),
    };
  };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
