import type { ObjectStore } from '../port';
import { markerKey } from '../stage-cache';
import type { Dependents } from './dependents';
import { dependentsIn } from './dependents';
import { oldLeftovers } from './leftovers';
import { hashesIn, objectKind } from './places';
import { heldByRun, namedBy, referencesOf, versionsOf } from './references';
import type { RunNode, StoreGraph } from './store-graph';
import { aliasesOf } from './store-graph';
import type { Defect } from './verify-artifacts';
import { damagedArtifacts } from './verify-artifacts';
import { damagedTrainings } from './verify-trainings';

/** Something that is damaged: what depends on it, and what to do. */
export interface Damage extends Defect {
  readonly dependents: Dependents;
  readonly remedy: string;
}

export interface Verification {
  readonly objects: number;
  readonly artifactsRead: number;
  readonly bytesRead: number;
  readonly damaged: readonly Damage[];
  /** Nothing to worry about: what a collection would tidy up. */
  readonly notes: {
    readonly unreferencedArtifacts: { readonly objects: number; readonly bytes: number };
    readonly halfWritten: readonly string[];
    /** Stages that a record names and that are not published any more: computed again when they are asked for. */
    readonly stagesGone: number;
    /** Versions without an alias whose bundle was collected. */
    readonly versionsCollected: readonly string[];
  };
}

export interface VerifyOptions {
  /** Only what this run holds. */
  readonly run?: RunNode;
  /** Looks into documents too. */
  readonly deep: boolean;
  readonly onProgress: (done: { readonly artifacts: number; readonly of: number }) => void;
}

const REMEDIES = {
  cached:
    'run the same configuration again (or ./candlewick retry <run>): a damaged result is noticed, taken away and computed anew, the rest comes from the store',
  model:
    'promote another version or roll back (./candlewick models rollback), then train the model again; or restore the object from a backup',
  orphan: 'nothing needs it: ./candlewick store gc --apply takes it away in time',
  marker: 'the next run that asks for the stage takes it away and computes the stage anew',
  record:
    'restore it from a backup, or have it written again: ./candlewick retry <run>, or run again under another name',
  registry:
    'restore it from a backup: until then the aliases of this model cannot be trusted, and nothing is collected',
  trial:
    'restore it from a backup and look with ./candlewick trials: until then no number of trials of this study is believed, and nothing is collected',
  snapshot:
    'nothing: it is passed over, and the vendor is asked for the whole history again where no other snapshot is sound; what was revised meanwhile is not told',
  training: 'nothing: it is passed over with a warning, and the training goes on from the checkpoint before it',
} as const;

/** Reads the whole store, or what one run holds, and says what is damaged. Changes nothing. */
export async function verifyStore(
  objects: ObjectStore,
  graph: StoreGraph,
  { run, deep, onProgress }: VerifyOptions,
): Promise<Verification> {
  const references = referencesOf(graph);
  const held = run === undefined ? null : heldByRun(run, graph, references);
  const isHeld = (key: string): boolean => held === null || held.has(key);
  const dependents = dependentsIn(graph);
  const keys = [...graph.entries.keys()].filter((key) => objectKind(key) === 'artifact' && isHeld(key));
  let artifactsRead = 0;
  let bytesRead = 0;
  const artifacts = await damagedArtifacts(objects, graph, {
    keys,
    deep,
    onRead: (bytes) => {
      artifactsRead += 1;
      bytesRead += bytes;
      onProgress({ artifacts: artifactsRead, of: keys.length });
    },
  });
  const attempted = new Set(run?.keys.flatMap(hashesIn) ?? []);
  const trainings = await damagedTrainings(objects, graph, {
    isWanted: (key) => run === undefined || attempted.has(key),
    nowMs: Date.now(),
  });
  // What is gone may have been collected since it was listed, together with what named it.
  const missing = await stillThere(
    objects,
    missingArtifacts(graph).filter(({ by }) => isHeld(by)),
  );
  const defects: readonly Defect[] = [
    ...graph.unreadable
      .filter(({ key }) => isHeld(key))
      .map(({ key, reason }) => ({ key, what: `it cannot be read: ${reason}` })),
    ...missing.map(({ key, what }) => ({ key, what })),
    ...artifacts,
    ...trainings.damaged,
  ];
  const referenced = new Set([...graph.entries.keys()].flatMap((key) => references.of(key)));
  const orphans = keys.filter((key) => !referenced.has(key));
  return {
    objects: held?.size ?? graph.entries.size,
    artifactsRead,
    bytesRead,
    damaged: defects.map((defect) => {
      const affected = dependents(defect.key);
      return { ...defect, dependents: affected, remedy: remedyOf(defect.key, affected) };
    }),
    notes: {
      unreferencedArtifacts: {
        objects: orphans.length,
        bytes: orphans.reduce((sum, key) => sum + (graph.entries.get(key)?.bytes ?? 0), 0),
      },
      halfWritten: [
        ...trainings.halfWritten.map(({ key }) => key),
        ...(run === undefined ? (await oldLeftovers(objects, Date.now())).old.map(({ name }) => name) : []),
      ],
      stagesGone: stagesGone(graph, run),
      versionsCollected: versionsCollected(graph),
    },
  };
}

interface Missing extends Defect {
  /** Who names it. */
  readonly by: string;
}

/** Artifacts that a marker, a record or an alias names and that are not there; each once for whoever names it first. */
function missingArtifacts(graph: StoreGraph): readonly Missing[] {
  const isGone = (uri: string): boolean => !graph.entries.has(uri);
  const fromMarkers = [...graph.markers.values()].flatMap((marker) =>
    namedBy(marker)
      .filter(({ uri }) => isGone(uri))
      .map(({ uri, kind }) => ({
        key: uri,
        by: marker.at,
        what: `${kind} is missing: ${marker.at} points at nothing`,
      })),
  );
  const fromRuns = [...graph.runs.values()].flatMap(({ folder, record }) =>
    (record?.symbols ?? []).flatMap(({ symbol, bundles }) =>
      bundles
        .filter(({ uri }) => isGone(uri))
        .map(({ uri }) => ({
          key: uri,
          by: `${folder}/run.json`,
          what: `bundle of ${symbol} is missing, which run ${record?.runId ?? ''} names`,
        })),
    ),
  );
  const fromAliases = [...graph.models.values()].flatMap((model) =>
    aliasesOf(model).flatMap(([alias, version]) => {
      const [at] = versionsOf(model, version);
      const by = at ?? `models of ${model.model}`;
      const uri = model.versions.find((known) => known.at === at)?.version.bundle.uri;
      if (uri === undefined)
        return [{ key: by, by, what: `${alias} stands for version ${String(version)}, which is not registered` }];
      return isGone(uri) ? [{ key: uri, by, what: `bundle is missing, which ${alias} stands for` }] : [];
    }),
  );
  const fromDecisions = [...graph.models.values()].flatMap(({ evidence }) =>
    evidence
      .filter(({ ref }) => isGone(ref.uri))
      .map(({ at, ref }) => ({ key: ref.uri, by: at, what: `${ref.kind} is missing, on which ${at} was decided` })),
  );
  const fromSnapshots = [...graph.snapshots.values()].flatMap(({ at, refs }) =>
    refs
      .filter(({ uri }) => isGone(uri))
      .map(({ uri, kind }) => ({ key: uri, by: at, what: `${kind} is missing, which ${at} names` })),
  );
  const fromTrials = [...graph.trials]
    .filter(([, { uri }]) => isGone(uri))
    .map(([at, { uri, kind }]) => ({ key: uri, by: at, what: `${kind} is missing, which trial ${at} names` }));
  const all: readonly Missing[] = [
    ...fromMarkers,
    ...fromRuns,
    ...fromAliases,
    ...fromDecisions,
    ...fromSnapshots,
    ...fromTrials,
  ];
  return [...new Map([...all].reverse().map((missing) => [missing.key, missing])).values()].reverse();
}

/** Of what was missing in the listing, that which is missing still while the one that names it stands. */
async function stillThere(objects: ObjectStore, missing: readonly Missing[]): Promise<readonly Missing[]> {
  const looked = await Promise.all(
    missing.map(async (one) => {
      const isBack = one.key !== one.by && (await objects.size(one.key)) !== null;
      const isNamed = !one.by.includes('/') || one.by.startsWith('models of') || (await objects.size(one.by)) !== null;
      return !isBack && isNamed;
    }),
  );
  return missing.filter((_, i) => looked[i]);
}

function stagesGone(graph: StoreGraph, run: RunNode | undefined): number {
  const runs = run === undefined ? [...graph.runs.values()] : [run];
  const named = runs.flatMap(({ record }) =>
    (record?.symbols ?? []).flatMap(({ stages }) => stages.map(({ stage, key }) => markerKey(stage, key))),
  );
  return new Set(named.filter((key) => !graph.entries.has(key))).size;
}

function versionsCollected({ models, entries }: StoreGraph): readonly string[] {
  return [...models.values()].flatMap((model) => {
    const aliased = new Set(aliasesOf(model).map(([, version]) => version));
    return model.versions
      .filter(({ version }) => !aliased.has(version.version) && !entries.has(version.bundle.uri))
      .map(({ version }) => `${model.model} v${String(version.version)}`);
  });
}

function remedyOf(key: string, { stages, aliases, models, snapshots }: Dependents): string {
  switch (objectKind(key)) {
    case 'artifact':
      if (aliases.length > 0) return REMEDIES.model;
      if (stages.length > 0 || models.length > 0) return REMEDIES.cached;
      return snapshots.length > 0 ? REMEDIES.snapshot : REMEDIES.orphan;
    case 'stage-marker':
      return REMEDIES.marker;
    case 'vendor-snapshot':
    case 'vendor-reader':
      return REMEDIES.snapshot;
    case 'model-version':
    case 'alias-assignment':
    case 'registry-file':
      return REMEDIES.registry;
    case 'trial':
    case 'ledger-head':
    case 'ledger-checkpoint':
      return REMEDIES.trial;
    case 'checkpoint':
    case 'epoch-metrics':
      return REMEDIES.training;
    default:
      return key.startsWith('models of') ? REMEDIES.registry : REMEDIES.record;
  }
}
