import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';
import type { RunRecord } from '../shared/contracts/run-record';
import { withReadableSummaries } from '../shared/temporal/decode-raw';
import { pendingActivities } from './retrying-activities';

/** A training under way that went down the ladder. */
export interface ClimbedActivity {
  readonly workflowId: string;
  readonly activityId: string;
  /** One sentence for each rung, oldest first: `rung 1: out of memory at step 40 …`. */
  readonly rungs: readonly string[];
}

/** How the id of an activity says on which rung it runs. */
const RUNG_SUFFIX = /-rung(\d+)$/;

/** Pending activities of the open workflows of a run that run on a lower rung, with the rungs that their history tells of. */
export async function climbedActivities(client: Client, runId: string): Promise<readonly ClimbedActivity[]> {
  const climbed: ClimbedActivity[] = [];
  for (const { workflowId, pending } of await pendingActivities(client, runId)) {
    const activityId = pending.activityId ?? '';
    if (!RUNG_SUFFIX.test(activityId)) continue;
    const history = await withReadableSummaries(client, await client.workflow.getHandle(workflowId).fetchHistory());
    climbed.push({ workflowId, activityId, rungs: rungsOf(history, activityId) });
  }
  return climbed;
}

/** What was said of each rung when its activity was scheduled: its summary, behind the name of the step. */
export function rungsOf(history: History, activityId: string): readonly string[] {
  const base = activityId.replace(RUNG_SUFFIX, '');
  const byRung = new Map<number, string>();
  for (const event of history.events ?? []) {
    const id = event.activityTaskScheduledEventAttributes?.activityId ?? '';
    const rung = RUNG_SUFFIX.exec(id)?.[1];
    if (rung === undefined || id.replace(RUNG_SUFFIX, '') !== base) continue;
    const payload = event.userMetadata?.summary;
    const summary = payload == null ? '' : defaultPayloadConverter.fromPayload<string>(payload);
    byRung.set(Number(rung), summary.split(' · ')[1] ?? `rung ${rung}`);
  }
  return [...byRung].sort(([a], [b]) => a - b).map(([, sentence]) => sentence);
}

/** A text for each training that went down the ladder and came to its end there: one fit stands under each of its horizons. */
export function rungsOfRecord(record: RunRecord | null): readonly string[] {
  const lines = (record?.symbols ?? []).flatMap(({ symbol, models }) =>
    models.flatMap(({ family, training }) =>
      training
        .filter(({ rungs }) => rungs.length > 0)
        .map(({ foldId, rungs }) => {
          const said = rungs.map(({ note }, at) => `  rung ${String(at + 1)}: ${note}`);
          return `${symbol}  ${family} ${foldId} was trained on a lower rung\n${said.join('\n')}`;
        }),
    ),
  );
  return [...new Set(lines)];
}
