import type { StageContext } from '../activities/support/stage-definition';
import { secretReader } from '../shared/runtime/secrets';
import { createRegistry } from '../shared/store/registry';
import { startAlertWatcher } from './alerts/alert-watcher';
import { modelCollector } from './watch/collectors/models';
import { queueCollector } from './watch/collectors/queues';
import { scheduleCollector } from './watch/collectors/schedules';
import { openLooks } from './watch/looks';
import type { Collector } from './watch/metrics-page';
import type { WorkerProcess } from './worker-options';

/** How an installation is watched: by the page of metrics, and by alerts where a channel is named. */
export interface InstallationWatch {
  readonly collectors: readonly Collector[];
  readonly close: () => Promise<void>;
}

/** What only one process of an installation need ask: the server, and the registry of models. Asked once for both. */
export function watchInstallation(host: WorkerProcess, { store: { objects } }: StageContext): InstallationWatch {
  const { connection, settings, watch, logger } = host;
  const looks = openLooks(connection, settings, createRegistry(objects));
  const readSecret = secretReader(process.env);
  return {
    collectors: [
      queueCollector(looks.queues, watch.metrics),
      scheduleCollector(looks.schedules, watch.metrics),
      modelCollector(looks.models, watch.metrics),
    ],
    close:
      settings.alerts.channels.length === 0
        ? () => Promise.resolve()
        : startAlertWatcher({ connection, settings, objects, looks, readSecret, logger }),
  };
}
