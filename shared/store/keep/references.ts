import type { ArtifactRef } from '../../contracts/artifact';
import { blobKey } from '../artifacts';
import { runFolder } from '../keys';
import { markerKey } from '../stage-cache';
import type { Lineage } from './lineage';
import { lineageOf } from './lineage';
import { hashesIn, objectKind, trainingKeyOf } from './places';
import type { MarkerNode, ModelNode, RunNode, SnapshotNode, StoreGraph } from './store-graph';

/** Where an object points: keys of what must not go before it goes, itself not included. */
export interface References {
  of(key: string): readonly string[];
  /** The objects with everything that they need, and what that needs in its turn. */
  closure(keys: Iterable<string>): ReadonlySet<string>;
}

/**
 * What refers to what: a run's record to the markers of its stages and to its bundles, a marker to its results and to what
 * they were made of (also to the stages that made it, so that lineage can be told), a model's version to its bundle and to the
 * run that made it, an assignment of aliases to the evidence behind it, a vendor's snapshot to its bars, its pages and the mark
 * of its reader, a trial to the daily returns that were entered with it, checkpoints and metrics to nothing.
 */
export function referencesOf(graph: StoreGraph, lineage: Lineage = lineageOf(graph)): References {
  const recordFolders = new Map([...graph.runs.values()].map((run) => [`${run.folder}/run.json`, run]));
  const versions = new Map([...graph.models.values()].flatMap((model) => model.versions.map((v) => [v.at, v.version])));
  const evidence = new Map(
    [...graph.models.values()].flatMap((model) => model.evidence.map(({ at, ref }) => [at, ref])),
  );
  const ofKey = (key: string): readonly string[] => {
    const marker = graph.markers.get(key);
    if (marker !== undefined) return ofMarker(marker, lineage);
    const run = recordFolders.get(key);
    if (run !== undefined) return ofRun(run);
    const snapshot = graph.snapshots.get(key);
    if (snapshot !== undefined) return ofSnapshot(snapshot);
    const returns = graph.trials.get(key);
    if (returns !== undefined) return [returns.uri];
    const version = versions.get(key);
    if (version === undefined) return [evidence.get(key)?.uri ?? []].flat();
    const makers = lineage.makers(version.bundle.sha256).map(({ at }) => at);
    return [version.bundle.uri, ...makers, `${runFolder(version.runId)}/run.json`];
  };
  const there = (key: string): boolean => graph.entries.has(key);
  return {
    of: (key) => ofKey(key).filter(there),
    closure: (keys) => {
      const found = new Set<string>();
      const open = [...keys].filter(there);
      for (let key = open.pop(); key !== undefined; key = open.pop()) {
        if (found.has(key)) continue;
        found.add(key);
        open.push(...ofKey(key).filter((next) => there(next) && !found.has(next)));
      }
      return found;
    },
  };
}

function ofMarker(marker: MarkerNode, lineage: Lineage): readonly string[] {
  return [
    ...namedBy(marker).map(({ uri }) => uri),
    ...marker.parents.map(blobKey),
    ...lineage.up(marker).map(({ of }) => of.at),
  ];
}

function ofSnapshot({ refs, reader }: SnapshotNode): readonly string[] {
  return [...refs.map(({ uri }) => uri), ...(reader === null ? [] : [reader.at])];
}

/** The artifacts of a published stage: its outputs and what they name in their turn. */
export function namedBy({ outputs, parts }: MarkerNode): readonly ArtifactRef[] {
  return [...Object.values(outputs), ...parts];
}

function ofRun({ record, keys, folder }: RunNode): readonly string[] {
  const own = keys.filter((key) => key !== `${folder}/run.json`);
  if (record === null) return own;
  return [
    ...own,
    ...record.symbols.flatMap(({ stages, bundles }) => [
      ...stages.map(({ stage, key }) => markerKey(stage, key)),
      ...bundles.map(({ uri }) => uri),
    ]),
  ];
}

/** Keys of everything that belongs to a run by itself: its folder, and what its attempts and its record name. */
export function heldByRun(run: RunNode, graph: StoreGraph, references: References): ReadonlySet<string> {
  const attempted = new Set(run.keys.filter((key) => objectKind(key) === 'attempt').flatMap(hashesIn));
  const trainings = [...graph.entries.keys()].filter((key) => attempted.has(trainingKeyOf(key) ?? ''));
  return references.closure([...run.keys, ...trainings]);
}

/** What the newest assignment of a model keeps, by alias. */
export function versionsOf({ versions }: ModelNode, wanted: number): readonly string[] {
  return versions.filter(({ version }) => version.version === wanted).map(({ at }) => at);
}
