import type { StoreLocation } from '../runtime/settings/store-settings';
import type { Artifacts } from './artifacts';
import { createArtifacts } from './artifacts';
import type { AttemptLog } from './attempts';
import { createAttemptLog } from './attempts';
import type { CheckpointStore } from './checkpoints';
import { createCheckpointStore } from './checkpoints';
import { withDrillFaults } from './drill-faults';
import { createFileObjectStore } from './file-object-store';
import type { ObjectStore } from './port';
import { createS3ObjectStore } from './s3/s3-object-store';
import type { OnS3Request } from './s3/s3-requests';
import type { StageCache } from './stage-cache';
import { createStageCache } from './stage-cache';
import type { Uses } from './uses';
import { createUses } from './uses';

/** The store of a state folder, with everything built on it. */
export interface Store {
  readonly objects: ObjectStore;
  readonly artifacts: Artifacts;
  readonly stages: StageCache;
  readonly attempts: AttemptLog;
  readonly checkpoints: CheckpointStore;
  /** For whoever is about to refer to something old: an alias given to an old model, say. */
  readonly uses: Uses;
}

export function openStore(objects: ObjectStore, onDamage: (message: string) => void): Store {
  const uses = createUses(objects);
  const artifacts = createArtifacts(objects, uses);
  return {
    objects,
    artifacts,
    stages: createStageCache(objects, artifacts, onDamage, uses),
    attempts: createAttemptLog(objects),
    checkpoints: createCheckpointStore(objects, onDamage),
    uses,
  };
}

/**
 * Where the bytes of this installation live: the one place that chooses an adapter. Nothing is opened or asked yet.
 *
 * @param onRequest told of every try of a request to an S3 store; a folder has none
 */
export function openObjectStore(
  { store, drillFaults = null }: { readonly store: StoreLocation; readonly drillFaults?: string | null },
  onRequest?: OnS3Request,
): ObjectStore {
  const objects = adapterOf(store, onRequest);
  return drillFaults === null ? objects : withDrillFaults(objects, drillFaults);
}

function adapterOf(store: StoreLocation, onRequest: OnS3Request | undefined): ObjectStore {
  switch (store.kind) {
    case 'file':
      return createFileObjectStore(store.root);
    case 's3':
      return createS3ObjectStore(store, onRequest === undefined ? {} : { onRequest });
    default:
      return store satisfies never;
  }
}

export function openFileStore(root: string, onDamage: (message: string) => void): Store {
  return openStore(createFileObjectStore(root), onDamage);
}
