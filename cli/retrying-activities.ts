import type { Client } from '@temporalio/client';
import { symbolOfWorkflow } from '../shared/names/ids';
import { rawFailure } from '../shared/temporal/decode-raw';
import { describeWorkflow, quoted } from './runtime/workflows';

/** An activity that failed and is tried again. */
export interface RetryingActivity {
  readonly workflowId: string;
  readonly activityId: string;
  /** The attempt that is under way or comes next. */
  readonly attempt: number;
  readonly code: string;
  readonly message: string;
}

export type PendingActivity = NonNullable<
  NonNullable<Awaited<ReturnType<typeof describeWorkflow>>>['raw']['pendingActivities']
>[number];

/** At most so many workflows of a run are looked at: more never work at once in one run by default. */
const MAX_WORKFLOWS = 200;

/** Activities of the open workflows of a run, and of its retries, that failed at least once and are tried again. */
export async function retryingActivities(client: Client, runId: string): Promise<readonly RetryingActivity[]> {
  const retrying: RetryingActivity[] = [];
  for (const { workflowId, pending } of await pendingActivities(client, runId)) {
    const { lastFailure } = pending;
    if (lastFailure == null) continue;
    const found = retryingActivity(workflowId, { ...pending, lastFailure: await rawFailure(client, lastFailure) });
    if (found !== null) retrying.push(found);
  }
  return retrying;
}

/** Everything that the open workflows of a run, and of its retries, wait for; as the wire has it, payloads maybe encrypted. */
export async function pendingActivities(
  client: Client,
  runId: string,
): Promise<readonly { readonly workflowId: string; readonly pending: PendingActivity }[]> {
  const query = `(WorkflowId = ${quoted(runId)} OR WorkflowId STARTS_WITH ${quoted(`${runId}/`)}) AND ExecutionStatus = 'Running'`;
  const open: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) {
    open.push(workflowId);
    if (open.length === MAX_WORKFLOWS) break;
  }
  const found: { readonly workflowId: string; readonly pending: PendingActivity }[] = [];
  for (const workflowId of open) {
    const described = await describeWorkflow(client, workflowId);
    for (const pending of described?.raw.pendingActivities ?? []) found.push({ workflowId, pending });
  }
  return found;
}

/** What a pending activity tells of its last failure; null for one that has not failed. */
export function retryingActivity(workflowId: string, pending: PendingActivity): RetryingActivity | null {
  const { activityId, attempt, lastFailure } = pending;
  if (lastFailure === null || lastFailure === undefined) return null;
  const { timeoutFailureInfo } = lastFailure;
  const isLost = timeoutFailureInfo !== null && timeoutFailureInfo !== undefined;
  return {
    workflowId,
    activityId: activityId ?? '',
    attempt: attempt ?? 1,
    code: isLost ? 'WorkerLost' : (lastFailure.applicationFailureInfo?.type ?? 'Unexpected'),
    message: isLost ? 'its worker gave no more signs of life' : (lastFailure.message ?? ''),
  };
}

/** One sentence for each activity and code, the first time it is seen. */
export function createRetryNews(): (retrying: readonly RetryingActivity[]) => readonly string[] {
  const told = new Set<string>();
  return (retrying) =>
    retrying.flatMap(({ workflowId, activityId, attempt, code, message }) => {
      const news = `${workflowId}\n${activityId}\n${code}`;
      if (told.has(news)) return [];
      told.add(news);
      const who = symbolOfWorkflow(workflowId) ?? workflowId;
      return [
        `${who}: ${activityId} failed (attempt ${String(attempt - 1)}) with ${code}: ${firstLine(message)}; it is tried again`,
      ];
    });
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? '';
}
