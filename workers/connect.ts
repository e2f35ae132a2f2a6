import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from '../shared/runtime/logger';
import type { Settings } from '../shared/runtime/settings';

const TRIES = 30;
const BETWEEN_TRIES_MS = 1_000;

/** A worker that cannot reach the server when it starts would throw at once; a server may need half a minute to come up. */
export async function connectWithPatience(settings: Settings, logger: Logger): Promise<NativeConnection> {
  const address = settings.temporalAddress ?? '127.0.0.1:7233';
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      if (attempt >= TRIES) {
        throw new Error(
          `no Temporal server answers at ${address}; start one (./candlewick dev) or set TEMPORAL_ADDRESS`,
          { cause: error },
        );
      }
      logger.warn({ address, attempt }, 'the Temporal server does not answer yet');
      await sleep(BETWEEN_TRIES_MS);
    }
  }
}
