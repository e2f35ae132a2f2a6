import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { ActivityInterceptorsFactory, LogLevel } from '@temporalio/worker';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { createStageMetrics } from '../../activities/support/stage-metrics';
import { combineWatches, type StageWatch } from '../../activities/support/stage-watch';
import { observeStoreEvent } from '../../activities/support/store-metrics';
import type { WorkerRole } from '../../shared/names/worker-roles';
import { fieldsOfSdk } from '../../shared/runtime/log-fields';
import type { Logger } from '../../shared/runtime/logger';
import { createInstruments, type Instruments } from '../../shared/runtime/metrics/instruments';
import type { Settings } from '../../shared/runtime/settings';
import { openTracing } from '../../shared/runtime/tracing/tracing';
import type { StoreEvent } from '../../shared/store/measured-object-store';
import { createActivityTraces } from './activity-traces';
import { createMetricsPage, type Collector } from './metrics-page';
import { prepareSdkMetrics, type SdkMetrics } from './sdk-metrics';
import { STAGE_LOG } from './stage-log';
import { createStageTraces } from './stage-traces';

/** How a worker process is watched: its metrics, traces and logs. */
export interface WorkerWatch {
  readonly metrics: Instruments;
  readonly stages: StageWatch;
  readonly onStoreEvent: (event: StoreEvent) => void;
  readonly activityInterceptors: readonly ActivityInterceptorsFactory[];
  /** The text that Prometheus reads. */
  readonly pageOf: (collectors: readonly Collector[]) => () => Promise<string>;
  /** Sends the last spans. */
  readonly close: () => Promise<void>;
}

/** Sets up the SDK's runtime too: to be called once a process, before any connection. */
export async function openWorkerWatch(given: {
  readonly role: WorkerRole;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly env: NodeJS.ProcessEnv;
}): Promise<WorkerWatch> {
  const { role, settings, logger, env } = given;
  const registry = new Registry();
  const metrics = createInstruments(registry);
  // Without a port nobody reads them.
  const sdk = settings.healthPort === null ? null : await prepareSdkMetrics();
  if (sdk !== null) collectProcessMetrics(registry);
  installRuntime(logger, settings, sdk);
  const tracing = await openTracing(env, `candlewick-worker-${role}`);
  const traces = tracing === null ? null : createActivityTraces(tracing);
  const stageTraces = tracing === null || traces === null ? [] : [createStageTraces(tracing, traces)];
  return {
    metrics,
    stages: combineWatches([createStageMetrics(metrics), STAGE_LOG, ...stageTraces]),
    onStoreEvent: (event) => observeStoreEvent(metrics, event),
    activityInterceptors: traces === null ? [] : [traces.interceptors],
    pageOf: (collectors) =>
      createMetricsPage({
        registry,
        metrics,
        collectors,
        sdkPage: sdk?.page ?? (() => Promise.resolve('')),
        onFault: (collector, error) =>
          logger.warn({ collector, error }, 'a part of the metrics could not be collected'),
      }),
    close: async () => tracing?.close(),
  };
}

/** Gauges of Node's that are named as counters are: promtool refuses them, and nobody needs them. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

/** CPU, memory and event loop of the process. */
function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
}

function installRuntime(logger: Logger, settings: Settings, sdk: SdkMetrics | null): void {
  const write = new DefaultLogger(settings.logLevel.toUpperCase() as LogLevel, ({ level, message, meta }) => {
    logger[level.toLowerCase() as 'info'](fieldsOfSdk(meta ?? {}), message);
  });
  Runtime.install({
    logger: write,
    // Signals are handled by stop-request.ts, which also hears the parent's channel close.
    shutdownSignals: [],
    telemetryOptions: {
      // The core's lines go the same way as all others, so that every line of the process is one JSON document.
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(sdk === null ? {} : { metrics: sdk.exporter }),
    },
  });
}
