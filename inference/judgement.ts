import type { EngineDescription } from '../domain/models/engines';
import type { ArtifactRef } from '../shared/contracts/artifact';
import type { GateSettings } from '../shared/contracts/gate-settings';
import type { Comparison, Contestant } from '../shared/contracts/promotion';
import { comparisonSchema, gateEvidenceSchema } from '../shared/contracts/promotion';
import type { GateVerdict, ModelVersion } from '../shared/contracts/registry';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { Artifacts } from '../shared/store/artifacts';
import type { StageMaterial } from '../shared/store/stage-cache';

/** What is to be compared, of two versions as the registry knows them. */
export function comparisonOf(given: {
  readonly champion: ModelVersion;
  readonly challenger: ModelVersion;
  readonly gate: GateSettings;
}): Comparison {
  return comparisonSchema.parse({
    horizonBars: given.challenger.horizonBars,
    champion: contestantOf(given.champion),
    challenger: contestantOf(given.challenger),
    gate: given.gate,
  });
}

/** Everything that decides a judgement: the key under which one is kept follows from it, whoever judged. */
export function judgementMaterial(
  { champion, challenger, gate }: Comparison,
  engineOf: (family: string) => EngineDescription,
): StageMaterial {
  const side = ({ bundle, trainedUntilMs, family }: Contestant) => ({
    bundle: bundle.sha256,
    trainedUntilMs,
    engine: engineOf(family),
  });
  // Of the challenger's study two checks are made; what is not known changes no key.
  const study = challenger.overfitting === undefined ? {} : { overfitting: challenger.overfitting };
  return { champion: side(champion), challenger: side(challenger), gate, ...study };
}

/** The verdict out of the evidence that a judgement left. */
export async function verdictIn(evidence: ArtifactRef, artifacts: Artifacts): Promise<GateVerdict> {
  const { passed, checks, rows, gate } = gateEvidenceSchema.parse(
    await artifacts.getJson(evidence, ARTIFACT_KINDS.gateEvidence),
  );
  return { passed, checks, rows, evidence, gate };
}

function contestantOf({ version, family, bundle, trainedUntilMs, overfitting }: ModelVersion) {
  return { version, family, bundle, trainedUntilMs, ...(overfitting === undefined ? {} : { overfitting }) };
}
