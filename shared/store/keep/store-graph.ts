import type { ArtifactRef } from '../../contracts/artifact';
import type { Assignment, ModelVersion } from '../../contracts/registry';
import type { StageName } from '../../names/stages';
import type { ObjectEntry } from '../port';

/** A published stage, with what lineage and retention need of its marker. */
export interface MarkerNode {
  /** Where the marker stands. */
  readonly at: string;
  readonly stage: string;
  readonly key: string;
  readonly outputs: Readonly<Record<string, ArtifactRef>>;
  readonly parts: readonly ArtifactRef[];
  /** Hashes that stand in its material: what it was made of, besides settings. */
  readonly parents: readonly string[];
  /** What the source said of itself, of a stage that reads from outside. */
  readonly fingerprint: string | null;
  readonly producerRun: string;
}

/** One symbol of a run's record. */
export interface RunSymbol {
  readonly symbol: string;
  readonly stages: readonly { readonly stage: StageName; readonly part: string; readonly key: string }[];
  readonly bundles: readonly ArtifactRef[];
}

/** A folder of a run. */
export interface RunNode {
  /** `runs/<name>`. */
  readonly folder: string;
  /** null where there is no record that can be read. */
  readonly record: {
    readonly runId: string;
    readonly startedAtMs: number;
    readonly status: string;
    readonly symbols: readonly RunSymbol[];
  } | null;
  /** Every object of the folder. */
  readonly keys: readonly string[];
  readonly bytes: number;
  readonly newestMs: number;
}

export interface ModelNode {
  readonly model: string;
  readonly versions: readonly { readonly at: string; readonly version: ModelVersion }[];
  /** The newest one. */
  readonly assignment: Assignment | null;
  /** The numbers behind every decision, by the key of the assignment that names them. */
  readonly evidence: readonly { readonly at: string; readonly ref: ArtifactRef }[];
}

/** What a vendor told of a symbol at one time. */
export interface SnapshotNode {
  readonly at: string;
  readonly symbol: string;
  readonly number: number;
  /** Its bars, their parts, and the pages of the answer. */
  readonly refs: readonly ArtifactRef[];
  readonly bars: ArtifactRef;
  /** The object that names its first reader, and that run; null: nobody has read it. */
  readonly reader: { readonly at: string; readonly runId: string } | null;
}

/** A marker or record whose bytes say nothing that can be understood. */
export interface Unreadable {
  readonly key: string;
  readonly reason: string;
}

/** Everything in a store, and what refers to what. */
export interface StoreGraph {
  /** Every object but the marks of use, by key. */
  readonly entries: ReadonlyMap<string, ObjectEntry>;
  /** Marks of use, by the key of what they speak of. */
  readonly uses: ReadonlyMap<string, ObjectEntry>;
  readonly markers: ReadonlyMap<string, MarkerNode>;
  readonly runs: ReadonlyMap<string, RunNode>;
  readonly models: ReadonlyMap<string, ModelNode>;
  /** By the key of the snapshot. */
  readonly snapshots: ReadonlyMap<string, SnapshotNode>;
  /** The daily returns of each trial, by the key of its entry. */
  readonly trials: ReadonlyMap<string, ArtifactRef>;
  readonly unreadable: readonly Unreadable[];
}

/** The versions that an alias stands for now, with the alias' name: `daily/XAG-h20@champion`. */
export function aliasesOf({ model, assignment }: ModelNode): readonly (readonly [alias: string, version: number])[] {
  if (assignment === null) return [];
  const { champion, challenger, previous } = assignment;
  return Object.entries({ champion, challenger, previous }).flatMap(([alias, version]) =>
    version === null ? [] : [[`${model}@${alias}`, version] as const],
  );
}
