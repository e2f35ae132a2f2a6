import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { SendNote } from '../activities/support/step-notes';
import { STEP_NOTE_SIGNAL } from '../shared/names/messages';
import type { Settings } from '../shared/runtime/settings';
import { dataConverterOf } from '../shared/temporal/data-converter';

/** Sends notes of running steps to their workflows, over the worker's own connection. */
export function noteSender(connection: NativeConnection, settings: Settings): SendNote {
  const client = new Client({
    connection,
    namespace: settings.namespace,
    dataConverter: dataConverterOf(settings),
  });
  return async ({ workflowId, runId }, note) => {
    await client.workflow.getHandle(workflowId, runId).signal(STEP_NOTE_SIGNAL, note);
  };
}
