import type { Candidate } from '../../domain/labels/search/candidate';
import { takenBarriers } from '../../domain/labels/search/barrier-search';
import { labelSettingsPerHorizon, type LabelSettings } from '../../domain/labels/settings';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import { barriersSchema } from '../../shared/contracts/barriers';
import type { SymbolConfig } from '../../shared/contracts/config/schema';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Artifacts } from '../../shared/store/artifacts';
import { unwrap } from './stage-fault';

/** A horizon by its name, which is its configured length, and the barriers that its labels are made with. */
export interface Horizon {
  readonly horizonBars: number;
  readonly settings: LabelSettings;
}

/** The horizons as they are labelled: by what a search found where there was one, else as they are configured. */
export async function horizonsOf(
  labels: SymbolConfig['labels'],
  barriers: ArtifactRef | undefined,
  artifacts: Artifacts,
): Promise<readonly Horizon[]> {
  const found = barriers === undefined ? [] : await readBarriers(artifacts, barriers);
  return unwrap(labelSettingsPerHorizon(labels, 'noSide')).map((configured) => {
    const own = found.find(({ horizonBars }) => horizonBars === configured.bars);
    return { horizonBars: configured.bars, settings: { ...configured, ...own?.barriers } };
  });
}

/** What a search took for each horizon, by the horizon's configured length. */
async function readBarriers(
  artifacts: Artifacts,
  ref: ArtifactRef,
): Promise<readonly { readonly horizonBars: number; readonly barriers: Candidate }[]> {
  const { horizons } = barriersSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.barriers));
  return horizons.map((found) => ({ horizonBars: found.horizonBars, barriers: takenBarriers(found) }));
}
