import { z } from 'zod';
import type { ArtifactRef } from '../contracts/artifact';
import { artifactRefSchema } from '../contracts/artifact';
import type { ComputationName } from '../names/stages';
import { STAGE_VERSIONS } from '../names/stages';
import type { Artifacts } from './artifacts';
import { canonicalBytes, canonicalJson, sha256Hex } from './hash';
import { parsedOrNull } from './json-bytes';
import type { ObjectStore } from './port';
import { getEvenDamaged, StoreError } from './port';
import type { Uses } from './uses';
import { createUses } from './uses';

const MARKER_VERSION = 1;
/** A marker that is there when it is put and gone when it is read is put again; more often than this is no coincidence. */
const PUBLISH_TURNS = 3;

const markerSchema = z.strictObject({
  schemaVersion: z.literal(MARKER_VERSION),
  stage: z.string(),
  key: z.string(),
  /** What went into the key, so that a person can see why two runs differ. */
  material: z.unknown(),
  /** Hashes of what it was read from, where the material names only a part of that; enters no key. */
  readFrom: z.array(z.string()).optional(),
  outputs: z.record(z.string(), artifactRefSchema),
  /** What the outputs name in their turn (the parts of tables), so that a hit means that all of it is there. */
  parts: z.array(artifactRefSchema),
  /** Small numbers about the result; the same for the same key. */
  facts: z.record(z.string(), z.json()),
  /** Who computed it: volatile, never hashed. */
  producer: z.strictObject({
    runId: z.string(),
    attemptId: z.string(),
    seconds: z.number(),
    publishedAt: z.string(),
    environment: z.record(z.string(), z.string()),
  }),
});
export type StageMarker = z.infer<typeof markerSchema>;
export type StageOutputs = StageMarker['outputs'];
export type StageFacts = StageMarker['facts'];

/** Everything that decides a stage's result: its part of the config, input hashes, seed, engine. No instant, run or host. */
export type StageMaterial = Readonly<Record<string, unknown>>;

export function stageKey(stage: ComputationName, material: StageMaterial): string {
  return sha256Hex(canonicalJson({ marker: MARKER_VERSION, stage, version: STAGE_VERSIONS[stage], material }));
}

/**
 * Results of stages by content. A result exists once its marker does; the marker is put exclusively and last, so of two
 * computations at once one is published and the other adopts it.
 */
export interface StageCache {
  /** The published result, or null. A result whose bytes were damaged is taken away, so that it is computed anew. */
  find(stage: ComputationName, key: string): Promise<StageMarker | null>;
  /** Returns the published marker: the one given, or that of whoever was first. */
  publish(
    marker: Omit<StageMarker, 'schemaVersion'>,
  ): Promise<{ marker: StageMarker; outcome: 'published' | 'adopted' }>;
}

export function createStageCache(
  objects: ObjectStore,
  artifacts: Artifacts,
  onDamage: (message: string) => void,
  uses: Uses = createUses(objects),
): StageCache {
  const read = async (stage: string, key: string): Promise<{ marker: StageMarker; bytes: Uint8Array } | null> => {
    const bytes = await getEvenDamaged(objects, markerKey(stage, key));
    if (bytes === null) return null;
    const marker = parseMarkerBytes(bytes);
    if (marker !== null) return { marker, bytes };
    onDamage(`the marker of ${stage} (${key}) cannot be read; the stage is computed anew`);
    await removeIfSame(objects, markerKey(stage, key), bytes);
    return null;
  };
  const find = async (stage: ComputationName, key: string): Promise<StageMarker | null> => {
    // Claimed before anything of it is trusted: a collection removes markers first, so what a claimed one names stays too.
    if (!(await uses.claim(markerKey(stage, key)))) return null;
    const found = await read(stage, key);
    if (found === null) return null;
    const { marker, bytes } = found;
    if (await allIntact(artifacts, [...Object.values(marker.outputs), ...marker.parts])) return marker;
    onDamage(`a published result of ${stage} (${key}) was missing or damaged on disk; it is computed anew`);
    await removeIfSame(objects, markerKey(stage, key), bytes);
    return null;
  };
  return {
    find,
    publish: async (fields) => {
      const marker: StageMarker = { schemaVersion: MARKER_VERSION, ...fields };
      const key = markerKey(fields.stage, fields.key);
      for (let turn = 0; turn < PUBLISH_TURNS; turn += 1) {
        if ((await objects.put(key, canonicalBytes(marker), { ifAbsent: true })) === 'created') {
          return { marker, outcome: 'published' };
        }
        const first = (await uses.claim(key)) ? await read(fields.stage, fields.key) : null;
        if (first !== null) return { marker: first.marker, outcome: 'adopted' };
        // Collected, or taken away as damaged, between the two looks.
      }
      throw new StoreError('StoreUnavailable', `the marker ${key} vanished while it was published`);
    },
  };
}

/** Only what was judged damaged is taken away: somebody else may have published a sound result meanwhile. */
async function removeIfSame(objects: ObjectStore, key: string, judged: Uint8Array): Promise<void> {
  const now = await getEvenDamaged(objects, key);
  if (now !== null && Buffer.compare(now, judged) === 0) await objects.remove(key);
}

/** One after another: the parts of a large table together would not fit into the worker. */
async function allIntact(artifacts: Artifacts, refs: readonly ArtifactRef[]): Promise<boolean> {
  for (const ref of refs) if (!(await artifacts.isIntact(ref))) return false;
  return true;
}

/** Where the marker of a stage stands. */
export function markerKey(stage: string, key: string): string {
  return `stages/${stage}/${key.slice(0, 2)}/${key}.json`;
}

/** A marker as stored, or null where the bytes are none that can be read. */
export function parseMarkerBytes(bytes: Uint8Array | null): StageMarker | null {
  return parsedOrNull(markerSchema, bytes);
}
