import { createAuditLog } from '../../shared/store/audit-log';
import type { Store } from '../../shared/store/open-store';
import { createRegistry } from '../../shared/store/registry';
import { guarded } from '../support/guarded';
import type { Watched } from '../support/guarded';
import { assertSameStore } from '../support/same-store';
import type { RetrainControlActivities } from '../types';
import { preparePromotion } from './prepare-promotion';
import { prepareRetrain } from './prepare-retrain';
import { recordRetrain } from './record-retrain';

/** Activities of `dailyRetrain` and `promoteModel` on the control queue. */
export function createRetrainActivities(given: {
  readonly store: Store;
  readonly storeId: string;
  readonly watched: Watched;
}): RetrainControlActivities {
  const { storeId, store, watched } = given;
  const deps = { storeId, registry: createRegistry(store.objects), audit: createAuditLog(store.objects) };
  return {
    prepareRetrain: (input) => guarded(watched, () => Promise.resolve(prepareRetrain(input, deps))),
    preparePromotion: (input) => guarded(watched, () => preparePromotion(input, deps)),
    lookUpChampion: (input) =>
      guarded(watched, async () => {
        assertSameStore(input.storeId, storeId);
        return (await deps.registry.current(input.model))?.champion ?? null;
      }),
    recordRetrain: (input) => guarded(watched, () => recordRetrain(input, deps)),
  };
}
