import type { Instruments } from '../../../shared/runtime/metrics/instruments';
import type { Collector } from '../metrics-page';
import type { ModelLook } from '../looks/models';
import type { Look } from '../shared-look';

/** How old the champions are, by set. Looks behind: the page shows what the last look found. */
export function modelCollector(
  look: Look<readonly ModelLook[]>,
  metrics: Instruments,
  nowMs: () => number = Date.now,
): Collector {
  let known: readonly ModelLook[] | null = null;
  let fault: Error | null = null;
  const lookBehind = (): Promise<void> =>
    look().then(
      (found) => {
        known = found;
        fault = null;
      },
      (error: unknown) => {
        fault = error instanceof Error ? error : new Error(String(error));
      },
    );
  const show = (models: readonly ModelLook[]): void => {
    for (const set of new Set(models.map((model) => model.set))) {
      const ofSet = models.filter((model) => model.set === set);
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
      const looking = lookBehind();
      // Only the first look is waited for; what a later one finds is shown the next time.
      if (known === null) await looking;
      if (fault !== null) throw fault;
      show(known ?? []);
    },
    reset: () => {
      for (const metric of [metrics.champions, metrics.championAge, metrics.lastRetrain]) metric.reset();
    },
  };
}
