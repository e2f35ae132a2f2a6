import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { AttemptRecord } from '../../shared/store/attempts';
import { openFileStore } from '../../shared/store/open-store';
import type { StageMarker } from '../../shared/store/stage-cache';
import { parseMarkerBytes } from '../../shared/store/stage-cache';

/** What a store has published, by stage and key: the hashes of all outputs and their parts, and the facts beside them. */
export type Published = Readonly<
  Record<
    string,
    { readonly outputs: Readonly<Record<string, string>>; readonly parts: readonly string[]; readonly facts: unknown }
  >
>;

export function markersOf(storeRoot: string): readonly StageMarker[] {
  return filesBelow(join(storeRoot, 'stages')).map((path) => {
    const marker = parseMarkerBytes(readFileSync(path));
    if (marker === null) throw new Error(`the published marker ${path} cannot be read`);
    return marker;
  });
}

export function publishedIn(storeRoot: string): Published {
  const entries = markersOf(storeRoot).map(({ stage, key, outputs, parts, facts }) => {
    const hashes = Object.fromEntries(
      Object.entries(outputs).map(([name, ref]) => [name, `${ref.kind} ${ref.sha256}`]),
    );
    return [`${stage} ${key}`, { outputs: hashes, parts: parts.map(({ sha256 }) => sha256), facts }] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Published artifacts whose bytes are not those that their hash names. */
export function damagedIn(storeRoot: string): readonly string[] {
  const refs = markersOf(storeRoot).flatMap(({ outputs, parts }): readonly ArtifactRef[] => [
    ...Object.values(outputs),
    ...parts,
  ]);
  const byUri = new Map(refs.map((ref) => [ref.uri, ref]));
  return [...byUri.values()]
    .filter(({ uri, sha256 }) => sha256Of(join(storeRoot, ...uri.split('/'))) !== sha256)
    .map(({ kind, uri }) => `${kind} ${uri}`);
}

export function attemptsOf(storeRoot: string, runId: string): Promise<readonly AttemptRecord[]> {
  return openFileStore(storeRoot, () => undefined).attempts.ofRun(runId);
}

/** Every way in which the log of computations contradicts the markers, in words: each is published once, by one attempt. */
export function contradictions(markers: readonly StageMarker[], attempts: readonly AttemptRecord[]): readonly string[] {
  const producers = new Map(markers.map((marker) => [nameOf(marker), marker.producer.attemptId]));
  const ids = new Set(attempts.map(({ attemptId }) => attemptId));
  const unknown = markers.filter(({ producer }) => !ids.has(producer.attemptId));
  const foreign = attempts.filter(
    (attempt) => attempt.outcome === 'published' && producers.get(nameOf(attempt)) !== attempt.attemptId,
  );
  return [
    ...unknown.map((marker) => `${nameOf(marker)} was published by no attempt that the log knows`),
    ...foreign.map(
      (attempt) => `${nameOf(attempt)} was published by ${attempt.attemptId}, says the log, but not its marker`,
    ),
  ];
}

/** Computations that began after their result was there. (Two runs at once may begin one in the instant of publishing.) */
export function computedAgain(markers: readonly StageMarker[], attempts: readonly AttemptRecord[]): readonly string[] {
  const publishedAtMs = new Map(markers.map((marker) => [nameOf(marker), Date.parse(marker.producer.publishedAt)]));
  return attempts
    .filter((attempt) => attempt.startedAtMs > (publishedAtMs.get(nameOf(attempt)) ?? Infinity))
    .map((attempt) => `${nameOf(attempt)} was computed again after it was published`);
}

/** The attempt behind each published result. */
export function producersIn(markers: readonly StageMarker[]): Readonly<Record<string, string>> {
  return Object.fromEntries(markers.map((marker) => [nameOf(marker), marker.producer.attemptId]));
}

/** Computations that ended in no published result. */
export function lostAttempts(attempts: readonly AttemptRecord[]): readonly AttemptRecord[] {
  return attempts.filter(({ outcome }) => outcome !== 'published');
}

/** Computations beyond the first of each key. */
export function refitsIn(attempts: readonly AttemptRecord[]): number {
  return attempts.length - new Set(attempts.map(nameOf)).size;
}

function nameOf({ stage, key }: { readonly stage: string; readonly key: string }): string {
  return `${stage} ${key}`;
}

function sha256Of(path: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return null;
  }
}

/** None where the folder is not made yet: a kill may come before anything is published. */
function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
