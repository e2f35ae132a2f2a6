import type { Instruments } from '../../shared/runtime/metrics/instruments';
import type { StoreEvent } from '../../shared/store/measured-object-store';

/** Enters what was told of a store, of this process or of one of its trainers. */
export function observeStoreEvent(metrics: Instruments, event: StoreEvent): void {
  if (event.kind === 'retry') {
    metrics.storeRetries.inc({ operation: event.operation });
    return;
  }
  const { operation, outcome, seconds, bytesRead, bytesWritten } = event.request;
  metrics.storeRequests.inc({ operation, outcome });
  metrics.storeDuration.observe({ operation }, seconds);
  if (bytesRead > 0) metrics.storeBytes.inc({ direction: 'read' }, bytesRead);
  if (bytesWritten > 0) metrics.storeBytes.inc({ direction: 'written' }, bytesWritten);
}
