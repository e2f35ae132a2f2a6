import { bundleSchema } from '../contracts/bundle';
import { ARTIFACT_KINDS } from '../names/artifact-kinds';
import type { Artifacts } from './artifacts';
import { renderModelCard } from './model-card';
import type { ObjectStore } from './port';
import type { Registry } from './registry';
import { cardKey } from './registry-keys';

/** A card tells what became of a version of late; a model that is retrained daily has hundreds of assignments. */
const CARD_ASSIGNMENTS = 32;

/** The card as it stands now, written anew and given back: derived from the registry, so it may be replaced at any time. */
export async function writeModelCard(
  {
    objects,
    artifacts,
    registry,
  }: {
    readonly objects: ObjectStore;
    readonly artifacts: Artifacts;
    readonly registry: Registry;
  },
  model: string,
  number: number,
): Promise<string> {
  const version = await registry.version(model, number);
  const bundle = bundleSchema.parse(await artifacts.getJson(version.bundle, ARTIFACT_KINDS.bundle));
  const card = renderModelCard(version, bundle, await registry.history(model, CARD_ASSIGNMENTS));
  await objects.put(cardKey(model, number), Buffer.from(card, 'utf8'), { ifAbsent: false });
  return card;
}
