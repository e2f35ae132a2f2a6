import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { PromotionState, RetrainProgress, SymbolProgress, UniverseProgress } from '../../shared/names/messages';
import { PROGRESS_QUERY } from '../../shared/names/messages';
import { WORKFLOWS } from '../../shared/names/queues';
import { isErrorNamed } from '../run-failure';
import { UsageError } from '../usage-error';

const UPDATE_DEADLINE_MS = 10_000;
const DESCRIBE_DEADLINE_MS = 5_000;
const QUERY_DEADLINE_MS = 5_000;

/** What the server knows of a workflow, or null where there is none. Throws where the server does not answer in time. */
export async function describeWorkflow(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.withDeadline(Date.now() + DESCRIBE_DEADLINE_MS, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
  } catch (error) {
    if (isErrorNamed(error, 'WorkflowNotFoundError')) return null;
    throw error;
  }
}

/** A workflow's answer to the progress query, or null where no worker answers in time. */
export async function queryProgress<T extends SymbolProgress | UniverseProgress | RetrainProgress | PromotionState>(
  client: Client,
  workflowId: string,
  query: string = PROGRESS_QUERY,
): Promise<T | null> {
  try {
    return await client.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
      client.workflow.getHandle(workflowId).query<T>(query),
    );
  } catch {
    return null;
  }
}

/** Sends an update, for one symbol where one is named, and returns its answer. Throws a UsageError where it is refused or no worker is there to take it. */
export async function updateRun(client: Client, runId: string, update: string, symbol?: string): Promise<string> {
  try {
    return await client.withDeadline(Date.now() + UPDATE_DEADLINE_MS, () =>
      symbol === undefined
        ? client.workflow.getHandle(runId).executeUpdate<string, []>(update)
        : client.workflow.getHandle(runId).executeUpdate<string, [string]>(update, { args: [symbol] }),
    );
  } catch (error) {
    if (isErrorNamed(error, 'WorkflowUpdateRPCTimeoutOrCancelledError'))
      throw new UsageError(
        `no worker answers; start one with ./candlewick dev or go on with ./candlewick resume ${runId} (the run may still take this when one comes)`,
      );
    throw new UsageError(`${runId} did not take it: ${reasonOf(error)}`);
  }
}

/** The innermost reason of an error of the client. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** A value in a visibility query. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Runs still open, oldest first. */
export async function listOpenRuns(client: Client): Promise<readonly string[]> {
  const found: { id: string; startedAtMs: number }[] = [];
  const query = `WorkflowType = '${WORKFLOWS.trainUniverse}' AND ExecutionStatus = 'Running'`;
  for await (const execution of client.workflow.list({ query })) {
    found.push({ id: execution.workflowId, startedAtMs: execution.startTime.getTime() });
  }
  return found.sort((a, b) => a.startedAtMs - b.startedAtMs).map(({ id }) => id);
}
