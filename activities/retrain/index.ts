import { createAuditLog } from '../../shared/store/audit-log';
import type { Store } from '../../shared/store/open-store';
import { createRegistry } from '../../shared/store/registry';
import { guarded } from '../support/guarded';
import { createUnexpectedCounter } from '../support/unexpected-counter';
import type { RetrainControlActivities } from '../types';
import { preparePromotion } from './prepare-promotion';
import { prepareRetrain } from './prepare-retrain';
import { recordRetrain } from './record-retrain';

/** Activities of `dailyRetrain` and `promoteModel` on the control queue. */
export function createRetrainActivities(given: {
  readonly store: Store;
  readonly storeId: string;
}): RetrainControlActivities {
  const unexpected = createUnexpectedCounter();
  const { storeId, store } = given;
  const deps = { storeId, registry: createRegistry(store.objects), audit: createAuditLog(store.objects) };
  return {
    prepareRetrain: (input) => guarded(unexpected, () => Promise.resolve(prepareRetrain(input, deps))),
    preparePromotion: (input) => guarded(unexpected, () => preparePromotion(input, deps)),
    recordRetrain: (input) => guarded(unexpected, () => recordRetrain(input, deps)),
  };
}
