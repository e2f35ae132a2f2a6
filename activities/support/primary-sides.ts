import type { Fault } from '../../domain/core/result';
import { primarySides } from '../../domain/labels/meta-labels';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { PrimaryConfig, SymbolConfig } from '../../shared/contracts/config/schema';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Artifacts } from '../../shared/store/artifacts';
import { float64Column, openTable } from '../../shared/tables/table-store';
import { StageFault } from './stage-fault';

/** The side that the primary rule takes at every bar; null where the configuration asks for no meta-labels. */
export async function readPrimarySides(
  artifacts: Artifacts,
  features: ArtifactRef | undefined,
  { meta }: SymbolConfig['labels'],
): Promise<Int8Array | null> {
  if (meta === null) return null;
  const table = await openTable(artifacts, featuresOfMeta(features), ARTIFACT_KINDS.features);
  const sides = new Int8Array(table.manifest.rows);
  let row = 0;
  for await (const chunk of table.chunks([meta.feature])) {
    const values = float64Column(chunk, meta.feature);
    sides.set(primarySides(values, meta), row);
    row += values.length;
  }
  if (sides.every((side) => side === 0)) throw new StageFault(neverTaken(meta));
  return sides;
}

function neverTaken({ feature, centre, band }: PrimaryConfig): Fault {
  const message = `labels.meta takes no side at any bar: ${feature} never leaves ${String(centre)} ± ${String(band)}; narrow the band or move the centre`;
  return { code: 'InvalidLabels', message, details: { feature, centre, band } };
}

/** Stands in the key of labels that are seen from a side. */
export function featuresOfMeta(features: ArtifactRef | undefined): ArtifactRef {
  if (features !== undefined) return features;
  const message =
    'labels.meta needs the features, which runs begun before it was there do not hand to their labels: start the run again';
  throw new StageFault({ code: 'ArtifactMissing', message });
}
