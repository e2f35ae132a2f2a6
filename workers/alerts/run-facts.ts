import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { RunFact, RunOutcome } from '../../shared/alerts/facts';
import { WORKFLOWS } from '../../shared/names/queues';
import { closedOutcome } from './run-outcome';

/** A month of daily retrains by backfill ends in a day; more than that in a window is cut, the oldest first. */
const MAX_EXECUTIONS = 2_000;
/** Outcomes that are asked for at once. */
const AT_ONCE = 8;

/** Runs and retrains that are open or ended within a window. An outcome is asked for once: it never changes. */
export function createRunLook(given: {
  readonly client: Client;
  /** Where the reports lie. */
  readonly store: string;
  readonly windowMs: number;
}): (nowMs: number) => Promise<readonly RunFact[]> {
  const { client, store, windowMs } = given;
  let known: ReadonlyMap<string, RunOutcome> = new Map();
  const outcomeOf = async (execution: WorkflowExecutionInfo): Promise<RunOutcome> => {
    const { status, workflowId, runId, type } = execution;
    switch (status.name) {
      case 'COMPLETED':
      case 'FAILED':
      case 'TIMED_OUT': {
        const before = known.get(runId);
        const kind = type === WORKFLOWS.dailyRetrain ? 'retrain' : 'run';
        return before ?? closedOutcome(client.workflow.getHandle(workflowId, runId), kind, store);
      }
      case 'CANCELLED':
      case 'TERMINATED':
        return { kind: 'stopped' };
      default:
        return { kind: 'open' };
    }
  };
  return async (nowMs) => {
    const since = new Date(nowMs - windowMs).toISOString();
    const types = [WORKFLOWS.trainUniverse, WORKFLOWS.dailyRetrain].map((name) => `'${name}'`).join(', ');
    const query = `WorkflowType IN (${types}) AND (ExecutionStatus = 'Running' OR CloseTime > '${since}')`;
    const found: WorkflowExecutionInfo[] = [];
    for await (const execution of client.workflow.list({ query, pageSize: 200 })) {
      if (found.push(execution) >= MAX_EXECUTIONS) break;
    }
    const facts: RunFact[] = [];
    for (let at = 0; at < found.length; at += AT_ONCE) {
      const batch = found.slice(at, at + AT_ONCE);
      facts.push(...(await Promise.all(batch.map(async (execution) => factOf(execution, await outcomeOf(execution))))));
      // Kept as it comes in: a look that fails half-way need not ask again for what it learnt.
      known = new Map([...known, ...outcomesOf(facts)]);
    }
    known = new Map(outcomesOf(facts));
    return facts;
  };
}

/** Of what is open there is none yet. */
function outcomesOf(facts: readonly RunFact[]): readonly (readonly [string, RunOutcome])[] {
  return facts.flatMap(({ runId, outcome }) => (outcome.kind === 'open' ? [] : [[runId, outcome] as const]));
}

function factOf(execution: WorkflowExecutionInfo, outcome: RunOutcome): RunFact {
  const { workflowId, runId, type, startTime, closeTime } = execution;
  const scheduledBy: unknown = execution.raw.searchAttributes?.indexedFields?.TemporalScheduledById?.data;
  return {
    kind: type === WORKFLOWS.dailyRetrain ? 'retrain' : 'run',
    workflowId,
    runId,
    scheduleId: scheduledBy instanceof Uint8Array ? idIn(scheduledBy) : null,
    startedMs: startTime.getTime(),
    closedMs: closeTime?.getTime() ?? null,
    outcome,
  };
}

function idIn(json: Uint8Array): string | null {
  const value: unknown = JSON.parse(Buffer.from(json).toString('utf8'));
  return typeof value === 'string' ? value : null;
}
