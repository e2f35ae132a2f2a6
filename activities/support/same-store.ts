import { StageFault } from './stage-fault';

/** A worker of another store behind the same Temporal server must not take this run's work: it would find nothing of it. */
export function assertSameStore(wanted: string, own: string): void {
  if (wanted === own) return;
  throw new StageFault({
    code: 'StoreUnavailable',
    message:
      `this worker serves the store ${own}, and the run lives in the store ${wanted}: two stores share one Temporal ` +
      'namespace; stop this worker, or give each store a namespace of its own (TEMPORAL_NAMESPACE)',
  });
}
