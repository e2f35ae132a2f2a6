import type { SampleWeigher } from '../../domain/core/sample-weights';
import { asksForWeights, createSampleWeigher } from '../../domain/labels/weights/sample-weights';
import type { BarPrices } from '../../domain/labels/weights/return-attribution';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { TrainInput } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Artifacts } from '../../shared/store/artifacts';
import { readDecidingRows } from '../../shared/tables/label-table';
import { float64Column, openTable } from '../../shared/tables/table-store';
import { neededBars } from './needed-bars';
import type { StageContext } from './stage-definition';

/** What weighs the rows that a fit learns from, by the labels of one horizon; null where the configuration asks for none. */
export async function weigherOf(
  { scope, bars }: Pick<TrainInput, 'scope' | 'bars'>,
  labels: ArtifactRef,
  { store, symbolConfig }: StageContext,
): Promise<SampleWeigher | null> {
  const { weights } = (await symbolConfig(scope)).labels;
  if (!asksForWeights(weights)) return null;
  const prices = weights.returnAttribution ? await readPrices(store.artifacts, bars) : null;
  return createSampleWeigher(weights, { t1Row: await readDecidingRows(store.artifacts, labels), prices });
}

async function readPrices(artifacts: Artifacts, bars: ArtifactRef | undefined): Promise<BarPrices> {
  const ref = neededBars(bars, 'labels.weights.returnAttribution');
  const chunk = await (await openTable(artifacts, ref, ARTIFACT_KINDS.bars)).columns(['open', 'close']);
  return { open: float64Column(chunk, 'open'), close: float64Column(chunk, 'close') };
}
