import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Settings } from '../../shared/runtime/settings';
import type { Registry } from '../../shared/store/registry';
import { dataConverterOf } from '../../shared/temporal/data-converter';
import { lookAtModels, type ModelLook } from './looks/models';
import { lookAtQueues, type QueueLook } from './looks/queues';
import { lookAtSchedules, type ScheduleLook } from './looks/schedules';
import { sharedLook, type Look } from './shared-look';

/** Shorter than the time between two scrapes, and long enough that scrapes and alerts ask once. */
const SERVER_FRESH_MS = 10_000;
/** A registry changes once a day, and looking through it costs some requests to the store for each model. */
const MODELS_FRESH_MS = 5 * 60_000;

/** What only one process of an installation need ask: the server, and the registry of models. */
export interface Looks {
  readonly client: Client;
  readonly queues: Look<readonly QueueLook[]>;
  readonly schedules: Look<readonly ScheduleLook[]>;
  readonly models: Look<readonly ModelLook[]>;
}

export function openLooks(connection: NativeConnection, settings: Settings, registry: Registry): Looks {
  const { namespace } = settings;
  const client = new Client({ connection, namespace, dataConverter: dataConverterOf(settings) });
  return {
    client,
    queues: sharedLook(() => lookAtQueues(connection.workflowService, namespace), SERVER_FRESH_MS),
    schedules: sharedLook(() => lookAtSchedules(client), SERVER_FRESH_MS),
    models: sharedLook(() => lookAtModels(registry), MODELS_FRESH_MS),
  };
}
