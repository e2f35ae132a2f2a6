import type { ArtifactRef } from '../../contracts/artifact';
import { blobKey } from '../artifacts';
import { sha256Hex } from '../hash';
import type { ObjectStore } from '../port';
import { getEvenDamaged } from '../port';
import { mapBounded } from '../bounded';
import { hashesIn } from './places';
import type { StoreGraph } from './store-graph';
import { namedBy } from './references';

/** Artifacts read at once: each is whole in memory. */
const READS_AT_ONCE = 4;

export interface Defect {
  readonly key: string;
  /** What is wrong, with the numbers. */
  readonly what: string;
}

/** Reads artifacts whole and compares length and SHA-256. With `deep` also what documents name inside: it must be there too. */
export async function damagedArtifacts(
  objects: ObjectStore,
  graph: StoreGraph,
  {
    keys,
    deep,
    onRead,
  }: { readonly keys: readonly string[]; readonly deep: boolean; readonly onRead: (bytes: number) => void },
): Promise<readonly Defect[]> {
  const refs = new Map<string, ArtifactRef>();
  for (const marker of graph.markers.values()) for (const ref of namedBy(marker)) refs.set(ref.uri, ref);
  for (const ref of graph.trials.values()) refs.set(ref.uri, ref);
  for (const snapshot of graph.snapshots.values()) for (const ref of snapshot.refs) refs.set(ref.uri, ref);
  const found = await mapBounded(
    keys,
    async (key): Promise<readonly Defect[]> => {
      const bytes = await getEvenDamaged(objects, key);
      onRead(bytes?.length ?? 0);
      // Collected since it was listed; whoever misses it is told of below.
      if (bytes === null) return [];
      const fault = artifactFault(key, bytes, refs.get(key));
      if (fault !== null) return [{ key, what: fault }];
      // What a document names that nobody refers to may have been collected before it.
      return deep && refs.has(key) ? missingInside(key, bytes, graph) : [];
    },
    READS_AT_ONCE,
  );
  return found.flat();
}

function artifactFault(key: string, bytes: Uint8Array, ref: ArtifactRef | undefined): string | null {
  const expected = key.split('/').at(-1) ?? '';
  if (ref !== undefined && bytes.length !== ref.bytes)
    return `${String(bytes.length)} bytes found, ${String(ref.bytes)} expected`;
  const sha256 = sha256Hex(bytes);
  return sha256 === expected ? null : `SHA-256 ${sha256} found, ${expected} expected`;
}

/** Of a JSON document (a bundle, the manifest of a table), every artifact that it names by its place. */
function missingInside(key: string, bytes: Uint8Array, graph: StoreGraph): readonly Defect[] {
  if (bytes[0] !== OPENING_BRACE) return [];
  const text = Buffer.from(bytes).toString('utf8');
  const named = new Set((text.match(/"uri":"blobs\/[^"]+"/g) ?? []).flatMap(hashesIn).map(blobKey));
  return [...named]
    .filter((uri) => !graph.entries.has(uri))
    .map((uri) => ({ key, what: `it names ${uri}, which is not in the store` }));
}

const OPENING_BRACE = 0x7b;
