import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from '../shared/runtime/logger';
import type { Settings } from '../shared/runtime/settings';
import { workerConnectionOptions } from '../shared/temporal/connection-options';
import { whyNoConnection } from '../shared/temporal/why-no-connection';

const TRIES = 30;
const BETWEEN_TRIES_MS = 1_000;
/** How often the file of an API key is looked at: a renewed key is used from then on. */
const API_KEY_CHECK_MS = 60_000;

/**
 * The one place where workers connect. A worker that cannot reach the server when it starts would throw at once; a server
 * may need half a minute to come up. Throws an Error that says why the server cannot be spoken to.
 */
export async function connectWithPatience(
  settings: Settings,
  logger: Logger,
  patience: { readonly tries: number; readonly betweenTriesMs: number } = {
    tries: TRIES,
    betweenTriesMs: BETWEEN_TRIES_MS,
  },
): Promise<NativeConnection> {
  const address = settings.temporalAddress ?? '127.0.0.1:7233';
  for (let attempt = 1; ; attempt += 1) {
    try {
      return renewingApiKey(
        await NativeConnection.connect(workerConnectionOptions(settings, address)),
        settings,
        logger,
      );
    } catch (error) {
      if (attempt >= patience.tries) {
        const reason = await whyNoConnection(error, settings, address);
        throw new Error(
          `the Temporal server at ${address} cannot be used: ${reason}. Start one (./candlewick dev) or set TEMPORAL_ADDRESS`,
          { cause: error },
        );
      }
      logger.warn({ address, attempt }, 'the Temporal server does not answer yet');
      await sleep(patience.betweenTriesMs);
    }
  }
}

function renewingApiKey(connection: NativeConnection, settings: Settings, logger: Logger): NativeConnection {
  const { apiKey } = settings.temporalCredentials.reveal();
  if (apiKey === null) return connection;
  let known = apiKey();
  const timer = setInterval(() => {
    try {
      const now = apiKey();
      if (now === known) return;
      known = now;
      connection.setApiKey(now).then(
        () => logger.info({}, 'the API key for Temporal was renewed'),
        (error: unknown) => logger.warn({ error: String(error) }, 'the renewed API key could not be set'),
      );
    } catch (error) {
      // The file is being replaced, say: the key that is known stays in use.
      logger.warn({ error: String(error) }, 'the file of the API key cannot be read');
    }
  }, API_KEY_CHECK_MS);
  timer.unref();
  return connection;
}
