import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { AttemptRecord } from '../../shared/store/attempts';
import { createAttemptLog } from '../../shared/store/attempts';
import { canonicalJson, sha256Hex } from '../../shared/store/hash';
import type { ObjectStore } from '../../shared/store/port';
import { getEvenDamaged } from '../../shared/store/port';
import type { StageMarker } from '../../shared/store/stage-cache';
import { parseMarkerBytes } from '../../shared/store/stage-cache';
import type { RunFacts } from './facts';

type StoreFacts = Pick<RunFacts, 'published' | 'damaged' | 'doubled' | 'leftovers' | 'attempts'>;

/** What a run left in a store that it had for itself. */
export async function inspectStore(objects: ObjectStore, runId: string): Promise<StoreFacts> {
  const markers = await readMarkers(objects);
  const attempts = [...(await createAttemptLog(objects).ofRun(runId))].sort((a, b) => a.startedAtMs - b.startedAtMs);
  return {
    published: Object.fromEntries(markers.map((marker) => [nameOf(marker), resultHash(marker)])),
    damaged: await damagedOf(objects, markers),
    doubled: doubledOf(markers, attempts),
    leftovers: (await objects.leftovers?.list())?.length ?? 0,
    attempts,
  };
}

/** Every marker of a store, sorted by its place. */
export async function readMarkers(objects: ObjectStore): Promise<readonly StageMarker[]> {
  const keys = await objects.list('stages/');
  const read = await Promise.all(keys.map(async (key) => parseMarkerBytes(await getEvenDamaged(objects, key))));
  return read.filter((marker) => marker !== null);
}

/** Lines of the logs in a folder that warn of something. */
export function warningsIn(logFolder: string): readonly string[] {
  const files = readdirSync(logFolder).filter((name) => name.endsWith('.log') && name !== 'temporal.log');
  return files
    .flatMap((name) => readFileSync(join(logFolder, name), 'utf8').split('\n'))
    .filter((line) => /"level":"(?:warn|error|fatal)"/.test(line));
}

/** Of the content alone: who computed it, when and on which host is no part of it. */
function resultHash({ outputs, parts, facts }: StageMarker): string {
  const hashes = Object.entries(outputs).map(([name, { kind, sha256 }]) => `${name} ${kind} ${sha256}`);
  return sha256Hex(canonicalJson({ outputs: hashes.sort(), parts: parts.map(({ sha256 }) => sha256), facts }));
}

async function damagedOf(objects: ObjectStore, markers: readonly StageMarker[]): Promise<readonly string[]> {
  const refs = markers.flatMap(({ outputs, parts }): readonly ArtifactRef[] => [...Object.values(outputs), ...parts]);
  const byUri = new Map(refs.map((ref) => [ref.uri, ref]));
  const damaged: string[] = [];
  for (const { uri, kind, sha256 } of byUri.values()) {
    const bytes = await getEvenDamaged(objects, uri);
    if (bytes === null || sha256Hex(bytes) !== sha256) damaged.push(`${kind} ${uri}`);
  }
  return damaged;
}

/** Every way in which the log of computations says that a result was computed or published more than once. */
function doubledOf(markers: readonly StageMarker[], attempts: readonly AttemptRecord[]): readonly string[] {
  const byName = new Map(markers.map((marker) => [nameOf(marker), marker.producer]));
  return attempts.flatMap((attempt) => {
    const producer = byName.get(nameOf(attempt));
    if (producer === undefined) return [];
    const isForeign = attempt.outcome === 'published' && producer.attemptId !== attempt.attemptId;
    const isLater = attempt.startedAtMs > Date.parse(producer.publishedAt);
    return [
      ...(isForeign ? [`${attempt.stage} ${attempt.part} was published twice`] : []),
      ...(isLater ? [`${attempt.stage} ${attempt.part} was computed again after it was published`] : []),
    ];
  });
}

function nameOf({ stage, key }: { readonly stage: string; readonly key: string }): string {
  return `${stage} ${key}`;
}
