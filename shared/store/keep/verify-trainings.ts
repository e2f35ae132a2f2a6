import { lineKeys, parseFence, parseMarker, sortListing } from '../checkpoint-names';
import { sha256Hex } from '../hash';
import { jsonOf } from '../json-bytes';
import type { ObjectStore } from '../port';
import { getEvenDamaged } from '../port';
import { mapBounded } from '../bounded';
import { objectKind, trainingKeyOf } from './places';
import type { StoreGraph } from './store-graph';
import type { Defect } from './verify-artifacts';

/** A line is written to while it is looked at: what is younger than this may be half of something that is being saved. */
const BEING_SAVED_MS = 3_600_000;
const LINES_AT_ONCE = 2;

export interface TrainingDefects {
  /** Checkpoints, fences and metrics whose bytes are wrong. */
  readonly damaged: readonly Defect[];
  /** Bytes that no marker made a checkpoint: a writer was killed. */
  readonly halfWritten: readonly Defect[];
}

/** Reads every checkpoint, its marker and its fence, and the metrics of epochs. */
export async function damagedTrainings(
  objects: ObjectStore,
  graph: StoreGraph,
  { isWanted, nowMs }: { readonly isWanted: (trainingKey: string) => boolean; readonly nowMs: number },
): Promise<TrainingDefects> {
  const ofTraining = (kind: string): readonly string[] =>
    [...graph.entries.keys()].filter((key) => objectKind(key) === kind && isWanted(trainingKeyOf(key) ?? ''));
  const lines = [...new Set(ofTraining('checkpoint').flatMap((key) => trainingKeyOf(key) ?? []))];
  const checked = await mapBounded(lines, (line) => checkLine(objects, graph, line, nowMs), LINES_AT_ONCE);
  const metrics = await mapBounded(ofTraining('epoch-metrics'), async (key): Promise<readonly Defect[]> => {
    const bytes = await getEvenDamaged(objects, key);
    return bytes === null || isJson(bytes) ? [] : [{ key, what: 'the metrics of an epoch cannot be read' }];
  });
  return {
    damaged: [...checked.flatMap(({ damaged }) => damaged), ...metrics.flat()],
    halfWritten: checked.flatMap(({ halfWritten }) => halfWritten),
  };
}

async function checkLine(
  objects: ObjectStore,
  graph: StoreGraph,
  line: string,
  nowMs: number,
): Promise<TrainingDefects> {
  const keys = lineKeys(line);
  const listing = sortListing(await objects.list(keys.folder), keys);
  const damaged: Defect[] = [];
  for (const name of listing.markers) {
    const fault = await checkpointFault(objects, { marker: keys.marker(name), bytes: keys.bytes(name), name });
    if (fault !== null) damaged.push(fault);
  }
  for (const fence of listing.fences) {
    const bytes = await getEvenDamaged(objects, keys.fence(fence));
    if (bytes !== null && parseFence(bytes) === null)
      damaged.push({ key: keys.fence(fence), what: 'the fence of a writer cannot be read' });
  }
  const halfWritten = listing.bytes
    .filter((name) => !listing.markers.includes(name))
    .map(keys.bytes)
    .filter((key) => nowMs - (graph.entries.get(key)?.modifiedMs ?? nowMs) > BEING_SAVED_MS)
    .map((key) => ({ key, what: 'bytes of a checkpoint that was never completed' }));
  return { damaged, halfWritten };
}

async function checkpointFault(
  objects: ObjectStore,
  { marker, bytes, name }: { readonly marker: string; readonly bytes: string; readonly name: string },
): Promise<Defect | null> {
  const fault = await (async (): Promise<Defect | null> => {
    const stored = await getEvenDamaged(objects, marker);
    const parsed = parseMarker(stored, name);
    if (parsed === null)
      return stored === null ? null : { key: marker, what: 'the marker of a checkpoint cannot be read' };
    const found = await getEvenDamaged(objects, bytes);
    if (found === null) return { key: marker, what: 'the bytes of a checkpoint are gone' };
    return sha256Hex(found) === parsed.sha256 ? null : { key: bytes, what: 'a checkpoint does not match its SHA-256' };
  })();
  // Its writer may have tidied it up meanwhile: then nothing is wrong with it.
  return fault !== null && (await objects.size(marker)) !== null ? fault : null;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    jsonOf(bytes);
    return true;
  } catch {
    return false;
  }
}
