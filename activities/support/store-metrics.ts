import type { Instruments } from '../../shared/runtime/metrics/instruments';
import type { StoreRequest } from '../../shared/store/measured-object-store';

/** Enters one request to the store, of this process or of one of its trainers. */
export function observeStoreRequest(metrics: Instruments, request: StoreRequest): void {
  const { operation, outcome, seconds, bytesRead, bytesWritten } = request;
  metrics.storeRequests.inc({ operation, outcome });
  metrics.storeDuration.observe({ operation }, seconds);
  if (bytesRead > 0) metrics.storeBytes.inc({ direction: 'read' }, bytesRead);
  if (bytesWritten > 0) metrics.storeBytes.inc({ direction: 'written' }, bytesWritten);
}
