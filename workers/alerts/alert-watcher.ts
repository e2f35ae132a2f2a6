import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import type { AlertFacts } from '../../shared/alerts/facts';
import { openAlertDesk } from '../../shared/alerts/open-desk';
import { findAlerts } from '../../shared/alerts/rules/rules';
import type { Logger } from '../../shared/runtime/logger';
import type { ReadSecret } from '../../shared/runtime/secrets';
import type { Settings } from '../../shared/runtime/settings';
import type { ObjectStore } from '../../shared/store/port';
import type { Looks } from '../watch/looks';
import { factGatherer } from './gather-facts';

/**
 * Looks for what is wrong and tells it, again and again, beside the work of this process: whatever fails here is a line in
 * the log and no more. Answers with a function that ends it.
 */
export function startAlertWatcher(given: {
  readonly connection: NativeConnection;
  readonly settings: Settings;
  readonly objects: ObjectStore;
  readonly looks: Looks;
  readonly readSecret: ReadSecret;
  readonly logger: Logger;
}): () => Promise<void> {
  const { connection, settings, objects, looks, readSecret, logger } = given;
  const { channels, everyMs } = settings.alerts;
  const stop = new AbortController();
  const gather = factGatherer({
    ...{ connection, settings, looks },
    onFault: (part, error) => logger.warn({ part, error }, 'alerts: a part could not be looked at'),
  });
  const desk = openAlertDesk({
    ...{ objects, settings, readSecret },
    by: `${hostname()}#${String(process.pid)}#${randomUUID()}`,
    signal: stop.signal,
    onDelivery: (channel, { alert, state, number }, outcome) => {
      const about = { channel, alert: alert.key, state, number, tries: outcome.tries };
      if (outcome.kind === 'accepted') logger.info(about, 'alert told');
      else logger.warn({ ...about, reason: outcome.reason }, 'alert could not be told');
    },
  });
  logger.info({ channels }, 'alerts');
  const watching = watch({
    everyMs,
    signal: stop.signal,
    look: async () => {
      const facts: AlertFacts = await gather(Date.now());
      if (!stop.signal.aborted) await desk.tell(findAlerts(facts, settings.alerts.thresholds, Date.now()));
    },
    onFault: (error) => logger.warn({ error }, 'alerts: a look failed'),
  });
  return async () => {
    stop.abort();
    await watching;
  };
}

/** One look after another until it is told to stop; none that fails ends it. */
async function watch(given: {
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly look: () => Promise<void>;
  readonly onFault: (error: unknown) => void;
}): Promise<void> {
  const { everyMs, signal, look, onFault } = given;
  while (!signal.aborted) {
    await look().catch(onFault);
    // Told to stop: there is no next look.
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
