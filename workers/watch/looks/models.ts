import type { Registry } from '../../../shared/store/registry';

/** Models that are looked at at once. */
const AT_ONCE = 16;

export interface ModelLook {
  readonly model: string;
  readonly set: string;
  /** The day for which the champion was trained; null where there is none. */
  readonly championAsOfMs: number | null;
  readonly retrainedAtMs: number | null;
}

export async function lookAtModels(registry: Registry): Promise<readonly ModelLook[]> {
  const { models } = await registry.models();
  const found: ModelLook[] = [];
  for (let at = 0; at < models.length; at += AT_ONCE) {
    const batch = models.slice(at, at + AT_ONCE).map((model) => lookAt(registry, model));
    found.push(...(await Promise.all(batch)));
  }
  return found;
}

/** A model is named `<set>/<symbol>-h<bars>`. A rollback is no retrain. */
async function lookAt(registry: Registry, model: string): Promise<ModelLook> {
  const [set = model] = model.split('/');
  const current = await registry.current(model);
  if (current === null) return { model, set, championAsOfMs: null, retrainedAtMs: null };
  const champion = current.champion === null ? null : await registry.version(model, current.champion);
  return {
    model,
    set,
    championAsOfMs: champion === null ? null : Date.parse(champion.asOf),
    retrainedAtMs: current.action === 'rollback' ? null : Date.parse(current.at),
  };
}
