import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { readServerRecord } from '../../cli/runtime/state-folder';
import type { ScheduledActivity } from './history-events';
import { scheduledActivities } from './history-events';

/** What the UI shows of an activity that is not done. */
export interface ShownActivity {
  readonly id: string;
  readonly attempt: number;
  readonly isPaused: boolean;
  readonly isCancelRequested: boolean;
  /** Code and message of the last failure; null where there was none. */
  readonly lastFailure: { readonly code: string; readonly message: string } | null;
  /** What it last said of itself. */
  readonly heartbeat: Readonly<Record<string, unknown>> | null;
}

/** What a person at the Temporal UI of a state folder sees, asked of the server by the same calls. */
export interface ChaosUi {
  readonly pending: (workflowId: string) => Promise<readonly ShownActivity[]>;
  /** The current details of a workflow: Markdown. */
  readonly details: (workflowId: string) => Promise<string>;
  /** The activities of its history, with their summaries. */
  readonly scheduled: (workflowId: string) => Promise<readonly ScheduledActivity[]>;
  readonly client: Client;
  readonly address: string;
  readonly close: () => Promise<void>;
}

export async function openChaosUi(home: string): Promise<ChaosUi> {
  const server = readServerRecord(home);
  if (server === null) throw new Error(`no server is recorded in ${home}`);
  const connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection });
  return {
    client,
    address: server.address,
    close: () => connection.close(),
    pending: async (workflowId) => {
      const { raw } = await client.workflow.getHandle(workflowId).describe();
      return (raw.pendingActivities ?? []).map((activity) => ({
        id: activity.activityId ?? '',
        attempt: activity.attempt ?? 1,
        isPaused: activity.paused ?? false,
        isCancelRequested: Number(activity.state) === CANCEL_REQUESTED,
        lastFailure: shownFailure(activity.lastFailure),
        heartbeat: decode(activity.heartbeatDetails?.payloads?.[0]),
      }));
    },
    details: async (workflowId) => {
      const metadata = await client.workflow.getHandle(workflowId).query<{ currentDetails?: string }>(METADATA_QUERY);
      return metadata.currentDetails ?? '';
    },
    scheduled: async (workflowId) => scheduledActivities(await client.workflow.getHandle(workflowId).fetchHistory()),
  };
}

/** `PendingActivityState` of the server's API. */
const CANCEL_REQUESTED = 3;
const METADATA_QUERY = '__temporal_workflow_metadata';

type RawFailure =
  { message?: string | null; applicationFailureInfo?: { type?: string | null } | null } | null | undefined;

function shownFailure(failure: RawFailure): ShownActivity['lastFailure'] {
  if (failure == null) return null;
  return { code: failure.applicationFailureInfo?.type ?? '', message: failure.message ?? '' };
}

function decode(
  payload: Parameters<typeof defaultPayloadConverter.fromPayload>[0] | undefined,
): ShownActivity['heartbeat'] {
  return payload === undefined ? null : defaultPayloadConverter.fromPayload(payload);
}
