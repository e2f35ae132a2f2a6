import { startHeartbeat } from './heartbeat';
import { outsideFailure } from './run-stage';
import type { UnexpectedCounter } from './unexpected-counter';

/** A light activity: heartbeats while it works, and fails with a code of the error table. */
export async function guarded<T>(unexpected: UnexpectedCounter, work: () => Promise<T>): Promise<T> {
  const heartbeat = startHeartbeat();
  try {
    return await work();
  } catch (error) {
    throw outsideFailure(error, unexpected);
  } finally {
    heartbeat.stop();
  }
}
