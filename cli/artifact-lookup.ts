import type { ArtifactRef } from '../shared/contracts/artifact';
import type { ObjectStore } from '../shared/store/port';
import { parseMarkerBytes } from '../shared/store/stage-cache';
import type { StageMarker } from '../shared/store/stage-cache';
import { UsageError } from './usage-error';

/** Which published stage made an artifact. */
export interface Provenance {
  readonly name: string;
  readonly ref: ArtifactRef;
  readonly marker: StageMarker;
}

/** Every artifact that a published stage names, by hash. Bars that needed no cleaning have the hash of the raw bars. */
export type ProvenanceIndex = ReadonlyMap<string, readonly Provenance[]>;

export async function readProvenance(objects: ObjectStore): Promise<ProvenanceIndex> {
  const found = new Map<string, Provenance[]>();
  for (const key of await objects.list('stages/')) {
    const marker = parseMarkerBytes(await objects.get(key));
    if (marker === null) continue;
    for (const [name, ref] of Object.entries(marker.outputs)) {
      found.set(ref.sha256, [...(found.get(ref.sha256) ?? []), { name, ref, marker }]);
    }
  }
  return found;
}

/** The one artifact that a person means by a uri, a hash or the first letters of one. */
export function findArtifact(provenance: ProvenanceIndex, given: string): Provenance {
  const wanted = given.split('/').at(-1) ?? given;
  const matches = [...provenance].filter(([sha256]) => sha256.startsWith(wanted));
  const only = matches.length === 1 ? matches[0]?.[1].at(-1) : undefined;
  if (only !== undefined) return only;
  if (matches.length === 0)
    throw new UsageError(
      `there is no artifact '${given}' in the store; bundles are listed by run --json, stages by the report`,
    );
  throw new UsageError(`'${given}' fits ${String(matches.length)} artifacts; give more letters of the hash`);
}
