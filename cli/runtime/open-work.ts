import type { Client } from '@temporalio/client';
import { WORKFLOWS } from '../../shared/names/queues';
import type { OpenWork } from '../../shared/store/keep/collection-plan';

/** Every workflow of ours that is open, and since when the oldest one is. */
export async function listOpenWork(client: Client): Promise<OpenWork> {
  const types = Object.values(WORKFLOWS).map((name) => `WorkflowType = '${name}'`);
  const query = `ExecutionStatus = 'Running' AND (${types.join(' OR ')})`;
  const workflowIds: string[] = [];
  let sinceMs: number | null = null;
  for await (const { workflowId, startTime } of client.workflow.list({ query })) {
    workflowIds.push(workflowId);
    sinceMs = Math.min(sinceMs ?? Infinity, startTime.getTime());
  }
  return { workflowIds, sinceMs };
}
