import type { ArtifactRef } from '../shared/contracts/artifact';
import type { Found } from '../shared/store/keep/find-in-graph';
import { findInGraph } from '../shared/store/keep/find-in-graph';
import type { Lineage } from '../shared/store/keep/lineage';
import { lineageOf } from '../shared/store/keep/lineage';
import { readStoreGraph } from '../shared/store/keep/read-graph';
import { namedBy } from '../shared/store/keep/references';
import type { StoreGraph } from '../shared/store/keep/store-graph';
import type { ObjectStore } from '../shared/store/port';
import { UsageError } from './usage-error';

/** The artifacts that a person means by a uri, a hash, a run, a symbol of one, a model or an alias. Throws a UsageError for none. */
export function findRoots(graph: StoreGraph, lineage: Lineage, given: string): readonly Found[] {
  const lookup = findInGraph(graph, lineage, given);
  switch (lookup.kind) {
    case 'found':
      if (lookup.artifacts.length > 0) return lookup.artifacts;
      throw new UsageError(`nothing of '${given}' is published any more`);
    case 'ambiguous':
      throw new UsageError(`'${given}' fits ${String(lookup.count)} artifacts; give more letters of the hash`);
    case 'none':
      throw new UsageError(
        lookup.reason ??
          `there is no artifact '${given}' in the store, nor a run, a symbol (<run>/<symbol>) or a model of that name; bundles are listed by run --json, stages by the report`,
      );
  }
}

/** The one artifact that a person means. Throws a UsageError where there is none, or more than one. */
export async function findArtifact(objects: ObjectStore, given: string): Promise<ArtifactRef> {
  const graph = await readStoreGraph(objects);
  const found = findRoots(graph, lineageOf(graph), given);
  const refs = new Map(
    found.flatMap(({ marker, sha256 }) =>
      namedBy(marker)
        .filter((ref) => ref.sha256 === sha256)
        .map((ref) => [ref.sha256, ref] as const),
    ),
  );
  const [only] = refs.values();
  if (refs.size === 1 && only !== undefined) return only;
  throw new UsageError(
    `'${given}' stands for ${String(refs.size)} artifacts; name one of them by the first letters of its hash`,
  );
}
