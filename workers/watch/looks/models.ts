import { mapBounded } from '../../../shared/store/bounded';
import type { Registry } from '../../../shared/store/registry';

export interface ModelLook {
  readonly model: string;
  readonly set: string;
  /** The day for which the champion was trained; null where there is none. */
  readonly championAsOfMs: number | null;
  /** When its newest version was registered, whatever has become of the aliases since. */
  readonly retrainedAtMs: number | null;
}

export async function lookAtModels(registry: Registry): Promise<readonly ModelLook[]> {
  const { models } = await registry.models();
  return mapBounded(models, (model) => lookAt(registry, model));
}

/** A model is named `<set>/<symbol>-h<bars>`. Only a retrain registers versions; a person's promotion or rollback is none. */
async function lookAt(registry: Registry, model: string): Promise<ModelLook> {
  const [set = model] = model.split('/');
  const newest = await registry.newestVersion(model);
  const number = (await registry.current(model))?.champion ?? null;
  const champion = number === null ? null : await registry.version(model, number);
  return {
    model,
    set,
    championAsOfMs: champion === null ? null : Date.parse(champion.asOf),
    retrainedAtMs: newest === null ? null : Date.parse(newest.registeredAt),
  };
}
