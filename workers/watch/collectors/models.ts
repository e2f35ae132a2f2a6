import type { Instruments } from '../../../shared/runtime/metrics/instruments';
import type { Registry } from '../../../shared/store/registry';
import type { Collector } from '../metrics-page';

/** A registry changes once a day, and looking through it costs some requests to the store for each model. */
const LOOK_EVERY_MS = 5 * 60_000;
/** Models that are looked at at once. */
const AT_ONCE = 16;

interface ModelLook {
  readonly set: string;
  /** The day for which the champion was trained; null where there is none. */
  readonly championAsOfMs: number | null;
  readonly retrainedAtMs: number | null;
}

/** How old the champions are, by set. Looks behind and seldom; the page shows what the last look found. */
export function modelCollector(registry: Registry, metrics: Instruments, nowMs: () => number = Date.now): Collector {
  let known: readonly ModelLook[] = [];
  let lookedAtMs = -Infinity;
  let looking: Promise<void> | null = null;
  let fault: Error | null = null;
  const look = async (): Promise<void> => {
    const { models } = await registry.models();
    const found: ModelLook[] = [];
    for (let at = 0; at < models.length; at += AT_ONCE) {
      const batch = models.slice(at, at + AT_ONCE).map((model) => lookAt(registry, model));
      found.push(...(await Promise.all(batch)));
    }
    known = found;
    fault = null;
    lookedAtMs = nowMs();
  };
  const keepFault = (error: unknown): void => {
    fault = error instanceof Error ? error : new Error(String(error));
  };
  const show = (): void => {
    for (const set of new Set(known.map((model) => model.set))) {
      const ofSet = known.filter((model) => model.set === set);
      const asOf = ofSet.flatMap(({ championAsOfMs }) => (championAsOfMs === null ? [] : [championAsOfMs]));
      const retrained = ofSet.flatMap(({ retrainedAtMs }) => (retrainedAtMs === null ? [] : [retrainedAtMs]));
      metrics.champions.set({ set }, asOf.length);
      if (asOf.length > 0) metrics.championAge.set({ set }, (nowMs() - Math.min(...asOf)) / 1000);
      if (retrained.length > 0) metrics.lastRetrain.set({ set }, Math.max(...retrained) / 1000);
    }
  };
  return {
    name: 'models',
    collect: async () => {
      if (nowMs() - lookedAtMs >= LOOK_EVERY_MS) {
        looking ??= look()
          .catch(keepFault)
          .finally(() => (looking = null));
      }
      // Only the first look is waited for; what it finds later is shown the next time.
      if (lookedAtMs === -Infinity) await looking;
      if (fault !== null) throw fault;
      show();
    },
    reset: () => {
      for (const metric of [metrics.champions, metrics.championAge, metrics.lastRetrain]) metric.reset();
    },
  };
}

/** A model is named `<set>/<symbol>-h<bars>`. A rollback is no retrain. */
async function lookAt(registry: Registry, model: string): Promise<ModelLook> {
  const [set = model] = model.split('/');
  const current = await registry.current(model);
  if (current === null) return { set, championAsOfMs: null, retrainedAtMs: null };
  const champion = current.champion === null ? null : await registry.version(model, current.champion);
  return {
    set,
    championAsOfMs: champion === null ? null : Date.parse(champion.asOf),
    retrainedAtMs: current.action === 'rollback' ? null : Date.parse(current.at),
  };
}
