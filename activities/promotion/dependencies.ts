import type { AuditLog } from '../../shared/store/audit-log';
import { createAuditLog } from '../../shared/store/audit-log';
import type { ClaimModel } from '../../shared/store/claim-model';
import { createClaimModel } from '../../shared/store/claim-model';
import type { Store } from '../../shared/store/open-store';
import type { Registry } from '../../shared/store/registry';
import { createRegistry } from '../../shared/store/registry';

/** What the activities around the registry use. */
export interface PromotionDependencies {
  readonly store: Store;
  readonly storeId: string;
  readonly registry: Registry;
  readonly audit: AuditLog;
  readonly claim: ClaimModel;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function promotionDependencies(given: Pick<PromotionDependencies, 'store' | 'storeId'>): PromotionDependencies {
  const { objects } = given.store;
  return {
    store: given.store,
    storeId: given.storeId,
    registry: createRegistry(objects),
    audit: createAuditLog(objects),
    claim: createClaimModel(given.store),
    now: Date.now,
  };
}
