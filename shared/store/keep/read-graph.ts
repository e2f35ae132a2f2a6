import { z } from 'zod';
import type { Assignment, ModelVersion } from '../../contracts/registry';
import { assignmentSchema, modelVersionSchema } from '../../contracts/registry';
import { trialEntrySchema } from '../../contracts/trials';
import type { VendorSnapshot } from '../../contracts/vendor';
import { vendorSnapshotSchema } from '../../contracts/vendor';
import { jsonOf } from '../json-bytes';
import type { ObjectEntry, ObjectStore } from '../port';
import { getEvenDamaged } from '../port';
import { parseRunRecord } from '../run-files';
import { parseMarkerBytes } from '../stage-cache';
import { mapBounded } from '../bounded';
import { PLACES, hashesIn, objectKind, runFolderOf } from './places';
import type { MarkerNode, ModelNode, RunNode, SnapshotNode, StoreGraph, Unreadable } from './store-graph';

/**
 * Reads markers, records and the registry, a bounded number at once, and lists the rest: the bytes of artifacts and
 * checkpoints stay where they are. Of a thousand symbols that is some tens of thousands of small objects.
 */
export async function readStoreGraph(objects: ObjectStore): Promise<StoreGraph> {
  const listed = (await Promise.all(PLACES.map((place) => objects.listEntries(place)))).flat();
  const entries = new Map(listed.filter(({ key }) => !isUse(key)).map((entry) => [entry.key, entry]));
  const uses = new Map(listed.filter(({ key }) => isUse(key)).map((entry) => [entry.key.slice('uses/'.length), entry]));
  const keys = [...entries.keys()];
  const unreadable: Unreadable[] = [];

  const readAll = async <T>(wanted: readonly string[], parse: (bytes: Uint8Array) => T): Promise<Map<string, T>> => {
    const found = new Map<string, T>();
    await mapBounded(wanted, async (key) => {
      const bytes = await getEvenDamaged(objects, key);
      // Removed since it was listed: there is no such object.
      if (bytes === null) return;
      try {
        found.set(key, parse(bytes));
      } catch (error) {
        unreadable.push({ key, reason: reasonOf(error) });
      }
    });
    // In the order of the keys, not of the answers.
    return new Map(wanted.flatMap((key) => (found.has(key) ? [[key, found.get(key) as T] as const] : [])));
  };
  const ofKind = (kind: ReturnType<typeof objectKind>): string[] => keys.filter((key) => objectKind(key) === kind);

  const markers = await readAll(ofKind('stage-marker'), readMarker);
  const records = await readAll(ofKind('run-record'), readRecord);
  const versions = await readAll(ofKind('model-version'), (bytes) => modelVersionSchema.parse(jsonOf(bytes)));
  const assignments = await readAll(ofKind('alias-assignment'), (bytes) => assignmentSchema.parse(jsonOf(bytes)));
  const snapshots = await readAll(ofKind('vendor-snapshot'), (bytes) => vendorSnapshotSchema.parse(jsonOf(bytes)));
  const readers = await readAll(ofKind('vendor-reader'), (bytes) => Buffer.from(bytes).toString('utf8'));
  const trials = await readAll(ofKind('trial'), (bytes) => trialEntrySchema.parse(jsonOf(bytes)).trial.returns);
  return {
    entries,
    uses,
    trials,
    markers: new Map([...markers].map(([at, marker]) => [at, { ...marker, at }])),
    runs: runNodes(entries, records),
    models: modelNodes(versions, assignments),
    snapshots: new Map([...snapshots].map(([at, snapshot]) => [at, snapshotNode(at, snapshot, readers)])),
    unreadable: unreadable.sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

function isUse(key: string): boolean {
  return key.startsWith('uses/');
}

function readMarker(bytes: Uint8Array): Omit<MarkerNode, 'at'> {
  const marker = parseMarkerBytes(bytes);
  if (marker === null) throw new Error('it is no marker that can be read');
  const { stage, key, outputs, parts, material, readFrom, producer } = marker;
  return {
    stage,
    key,
    outputs,
    parts,
    parents: parentHashes([material, readFrom]),
    fingerprint: fingerprintOf(material),
    producerRun: producer.runId,
  };
}

function parentHashes(material: unknown): readonly string[] {
  return [...new Set(hashesIn(JSON.stringify(material ?? null)))];
}

function fingerprintOf(material: unknown): string | null {
  if (typeof material !== 'object' || material === null || !('fingerprint' in material)) return null;
  return typeof material.fingerprint === 'string' ? material.fingerprint : JSON.stringify(material.fingerprint);
}

function readRecord(bytes: Uint8Array): NonNullable<RunNode['record']> {
  const { runId, startedAt, status, symbols } = parseRunRecord(bytes, 'the record');
  return {
    runId,
    startedAtMs: Date.parse(startedAt),
    status,
    symbols: symbols.map(({ symbol, stages, models }) => ({
      symbol,
      stages: stages.map(({ stage, part, key }) => ({ stage, part, key })),
      bundles: models.flatMap(({ bundle }) => (bundle === null ? [] : [bundle])),
    })),
  };
}

function runNodes(
  entries: ReadonlyMap<string, ObjectEntry>,
  records: ReadonlyMap<string, NonNullable<RunNode['record']>>,
): ReadonlyMap<string, RunNode> {
  const inRuns = [...entries.values()].filter(({ key }) => runFolderOf(key) !== null);
  const folders = groupBy(inRuns, ({ key }) => runFolderOf(key) ?? '');
  return new Map(
    [...folders].map(([folder, found]) => [
      folder,
      {
        folder,
        record: records.get(`${folder}/run.json`) ?? null,
        keys: found.map(({ key }) => key),
        bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
        newestMs: found.reduce((newest, { modifiedMs }) => Math.max(newest, modifiedMs), 0),
      },
    ]),
  );
}

function modelNodes(
  versions: ReadonlyMap<string, ModelVersion>,
  assignments: ReadonlyMap<string, Assignment>,
): ReadonlyMap<string, ModelNode> {
  const byModel = groupBy([...versions], ([, { model }]) => model);
  const assigned = groupBy([...assignments], ([, { model }]) => model);
  return new Map(
    [...new Set([...byModel.keys(), ...assigned.keys()])].sort().map((model) => [
      model,
      {
        model,
        versions: (byModel.get(model) ?? [])
          .map(([at, version]) => ({ at, version }))
          .sort((a, b) => a.version.version - b.version.version),
        assignment: (assigned.get(model) ?? []).reduce<Assignment | null>(
          (newest, [, next]) => (newest === null || next.sequence > newest.sequence ? next : newest),
          null,
        ),
        evidence: (assigned.get(model) ?? []).flatMap(([at, { verdict }]) => {
          const ref = verdict?.evidence ?? null;
          return ref === null ? [] : [{ at, ref }];
        }),
      },
    ]),
  );
}

function snapshotNode(
  at: string,
  { symbol, number, bars, parts, pages }: VendorSnapshot,
  readers: ReadonlyMap<string, string>,
): SnapshotNode {
  const readerAt = at.replace(/\.json$/, '.reader.json');
  const runId = readers.get(readerAt);
  return {
    at,
    symbol,
    number,
    refs: [bars, ...parts, ...pages.map(({ body }) => body)],
    bars,
    reader: runId === undefined ? null : { at: readerAt, runId },
  };
}

function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const known = groups.get(nameOf(item));
    if (known === undefined) groups.set(nameOf(item), [item]);
    else known.push(item);
  }
  return groups;
}

/** Of all that a schema finds wrong, the first: it is enough to know that the object is damaged. */
function reasonOf(error: unknown): string {
  const [issue] = error instanceof z.ZodError ? error.issues : [];
  if (issue !== undefined) return `${issue.path.join('.')}: ${issue.message}`;
  return error instanceof Error ? error.message : String(error);
}
