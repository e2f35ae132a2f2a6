import { z } from 'zod';
import { artifactRefSchema } from '../contracts/artifact';
import type { ModelVersion } from '../contracts/registry';
import { ARTIFACT_KINDS } from '../names/artifact-kinds';
import type { Artifacts } from './artifacts';
import { StoreError } from './port';
import { runRecordKey } from './run-files';
import type { Uses } from './uses';

/** Of a bundle, all that is asked for here. */
const modelInSchema = z.object({ recipe: z.object({ model: artifactRefSchema }) });

/** Makes sure that a version which is about to get an alias can predict, and will not be collected meanwhile. */
export type ClaimModel = (version: ModelVersion) => Promise<void>;

/**
 * Marks what an old version needs as used again: its run (with which a collection keeps all that led to it, where it still
 * stands), its bundle and the model in it. Throws ArtifactMissing where a collection has taken bundle or model.
 */
export function createClaimModel({
  artifacts,
  uses,
}: {
  readonly artifacts: Artifacts;
  readonly uses: Uses;
}): ClaimModel {
  return async (version) => {
    await uses.claim(runRecordKey(version.runId));
    const { bundle } = version;
    if (!(await uses.claim(bundle.uri))) throw collected(version, bundle.uri);
    const { recipe } = modelInSchema.parse(await artifacts.getJson(bundle, ARTIFACT_KINDS.bundle));
    if (!(await uses.claim(recipe.model.uri))) throw collected(version, recipe.model.uri);
  };
}

function collected({ model, version }: ModelVersion, uri: string): StoreError {
  return new StoreError(
    'ArtifactMissing',
    `version ${String(version)} of ${model} cannot get an alias: ${uri} is not in the store any more, for a collection takes the bundle of a version without an alias together with its run; choose a version that is still there (./candlewick models show ${model}), or run the same configuration again, which makes the same bundle`,
  );
}
