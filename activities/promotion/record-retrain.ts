import type { AuditLog } from '../../shared/store/audit-log';
import { assertSameStore } from '../support/same-store';
import type { RecordRetrainInput } from '../types';

/** Enters in the audit log that a retrain promoted nothing, and why; once for each retrain, however often it is retried. */
export async function recordRetrain(
  { storeId, set, workflowId, asOfMs, why, code }: RecordRetrainInput,
  deps: { readonly storeId: string; readonly audit: AuditLog },
): Promise<void> {
  assertSameStore(storeId, deps.storeId);
  await deps.audit.append(`retrain-refused/${workflowId}/${String(asOfMs)}`, {
    at: new Date().toISOString(),
    who: `retrain ${workflowId}`,
    action: 'refused',
    subject: `set ${set}`,
    why,
    details: { code, asOf: new Date(asOfMs).toISOString() },
  });
}
