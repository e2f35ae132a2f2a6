import type { Artifacts } from './artifacts';
import { createArtifacts } from './artifacts';
import type { AttemptLog } from './attempts';
import { createAttemptLog } from './attempts';
import type { CheckpointStore } from './checkpoints';
import { createCheckpointStore } from './checkpoints';
import { createFileObjectStore } from './file-object-store';
import type { ObjectStore } from './port';
import type { StageCache } from './stage-cache';
import { createStageCache } from './stage-cache';

/** The store of a state folder, with everything built on it. */
export interface Store {
  readonly objects: ObjectStore;
  readonly artifacts: Artifacts;
  readonly stages: StageCache;
  readonly attempts: AttemptLog;
  readonly checkpoints: CheckpointStore;
}

export function openStore(objects: ObjectStore, onDamage: (message: string) => void): Store {
  const artifacts = createArtifacts(objects);
  return {
    objects,
    artifacts,
    stages: createStageCache(objects, artifacts, onDamage),
    attempts: createAttemptLog(objects),
    checkpoints: createCheckpointStore(objects, onDamage),
  };
}

/** Where the bytes of this installation live. */
export function openObjectStore({ storeRoot }: { readonly storeRoot: string }): ObjectStore {
  return createFileObjectStore(storeRoot);
}

export function openFileStore(root: string, onDamage: (message: string) => void): Store {
  return openStore(createFileObjectStore(root), onDamage);
}
