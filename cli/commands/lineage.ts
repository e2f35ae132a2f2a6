import { STAGE_NAMES } from '../../shared/names/stages';
import { openObjectStore } from '../../shared/store/open-store';
import type { Provenance, ProvenanceIndex } from '../artifact-lookup';
import { findArtifact, readProvenance } from '../artifact-lookup';
import type { CommandContext } from '../command-context';
import { EXIT } from '../usage-error';

/** `candlewick lineage <ref>`: what an artifact was made of, down to the source. */
export async function lineageCommand(context: CommandContext, given: string): Promise<number> {
  const provenance = await readProvenance(openObjectStore(context.settings));
  for (const line of lineageTree(provenance, findArtifact(provenance, given))) context.print(line);
  return EXIT.done;
}

/** The tree as lines: an artifact, how it was made, and below it what went into it. Each artifact is opened once. */
function lineageTree(provenance: ProvenanceIndex, root: Provenance): readonly string[] {
  const seen = new Set<string>();
  const walk = ({ ref, marker }: Provenance, depth: number): string[] => {
    const head = `${'  '.repeat(depth)}${ref.kind} ${ref.sha256.slice(0, 16)}  ${marker.stage} ${marker.key.slice(0, 16)}`;
    if (seen.has(marker.key + ref.sha256)) return [`${head} (see above)`];
    seen.add(marker.key + ref.sha256);
    const parents = parentHashes(marker.material)
      .map((hash) => makerBefore(provenance.get(hash) ?? [], marker.stage))
      .filter((parent) => parent !== undefined);
    if (parents.length > 0) return [head, ...parents.flatMap((parent) => walk(parent, depth + 1))];
    return [head, `${'  '.repeat(depth + 1)}source ${sourceOf(marker.material)}`];
  };
  return walk(root, 0);
}

/** Of several stages that made the same bytes, the last one before the stage that used them. */
function makerBefore(makers: readonly Provenance[], stage: string): Provenance | undefined {
  const position = (name: string): number => STAGE_NAMES.findIndex((known) => known === name);
  return makers
    .filter(({ marker }) => position(marker.stage) < position(stage))
    .sort((a, b) => position(b.marker.stage) - position(a.marker.stage))[0];
}

/** Hashes that stand anywhere in the material of a key. */
function parentHashes(material: unknown): readonly string[] {
  if (typeof material === 'string') return /^[0-9a-f]{64}$/.test(material) ? [material] : [];
  if (typeof material !== 'object' || material === null) return [];
  return [...new Set(Object.values(material).flatMap(parentHashes))];
}

function sourceOf(material: unknown): string {
  const text =
    typeof material === 'object' && material !== null && 'fingerprint' in material
      ? String(material.fingerprint)
      : 'unknown';
  return text.slice(0, 16);
}
