import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { PromotionFact } from '../../shared/alerts/facts';
import { PROMOTION_STATE_QUERY, type PromotionState } from '../../shared/names/messages';
import { WORKFLOWS } from '../../shared/names/queues';

/** Questions looked at; a set of some hundred models asks as many in an evening. */
const MAX_PROMOTIONS = 500;
/** Queries under way at once: each replays a workflow on a worker. */
const AT_ONCE = 8;
/** Without a worker a query is not answered; the next look asks again. */
const QUERY_PATIENCE_MS = 5_000;

/** Promotions that wait for a person. What waits keeps waiting until it closes, so that each is asked once. */
export function createPromotionLook(client: Client): () => Promise<readonly PromotionFact[]> {
  let known: ReadonlyMap<string, PromotionFact> = new Map();
  const ask = async (execution: WorkflowExecutionInfo): Promise<PromotionFact | null> => {
    const { workflowId, runId, parentExecution } = execution;
    const before = known.get(runId);
    if (before !== undefined) return before;
    const handle = client.workflow.getHandle(workflowId, runId);
    const query = (): Promise<PromotionState> => handle.query<PromotionState>(PROMOTION_STATE_QUERY);
    // A query that is not answered, by a worker of another version say, is no reason to say nothing of the others.
    const state = await client.withDeadline(Date.now() + QUERY_PATIENCE_MS, query).catch(() => null);
    if (state?.state !== 'waiting' || state.model === null || state.version === null) return null;
    const { model, version, untilMs } = state;
    return { workflowId, runId, askedBy: parentExecution?.workflowId ?? null, model, version, untilMs };
  };
  return async () => {
    const query = `WorkflowType = '${WORKFLOWS.promoteModel}' AND ExecutionStatus = 'Running'`;
    const found: WorkflowExecutionInfo[] = [];
    for await (const execution of client.workflow.list({ query, pageSize: 200 })) {
      if (found.push(execution) >= MAX_PROMOTIONS) break;
    }
    const waiting: PromotionFact[] = [];
    for (let at = 0; at < found.length; at += AT_ONCE) {
      const asked = await Promise.all(found.slice(at, at + AT_ONCE).map(ask));
      waiting.push(...asked.filter((fact) => fact !== null));
    }
    known = new Map(waiting.map((fact) => [fact.runId, fact]));
    return waiting;
  };
}
