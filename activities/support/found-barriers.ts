import type { Candidate } from '../../domain/labels/search/candidate';
import { takenBarriers } from '../../domain/labels/search/barrier-search';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import { barriersSchema } from '../../shared/contracts/barriers';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Artifacts } from '../../shared/store/artifacts';

/** What a search took for each horizon, by the horizon's configured length. */
export async function readBarriers(
  artifacts: Artifacts,
  ref: ArtifactRef,
): Promise<readonly { readonly horizonBars: number; readonly barriers: Candidate }[]> {
  const { horizons } = barriersSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.barriers));
  return horizons.map((found) => ({ horizonBars: found.horizonBars, barriers: takenBarriers(found) }));
}
