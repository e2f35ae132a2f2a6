import type { Client } from '@temporalio/client';
import { retrainRunId, retryWorkflowId, rootRunId } from '../../shared/names/ids';
import { WORKFLOWS } from '../../shared/names/queues';
import { describeWorkflow } from '../runtime/workflows';
import { UsageError } from '../usage-error';

/** Workflows that a person starts or a schedule does: a run, a retrain, the question whether a model is promoted. */
export type RunKind = 'trainUniverse' | 'dailyRetrain' | 'promoteModel';

const RUN_KINDS: readonly RunKind[] = ['trainUniverse', 'dailyRetrain', 'promoteModel'];

/** For visibility queries: runs and retrains. Questions about models stand with the models. */
export const RUNS_AND_RETRAINS = `WorkflowType IN ('${WORKFLOWS.trainUniverse}', '${WORKFLOWS.dailyRetrain}')`;

/** Which kind of run an id names; null where it names none. */
export async function runKindOf(client: Client, id: string): Promise<RunKind | null> {
  const type = (await describeWorkflow(client, id))?.type;
  return RUN_KINDS.find((kind) => WORKFLOWS[kind] === type) ?? null;
}

/** The training run under the name of which results are recorded: of a retrain its run. */
export function recordedRunId(runId: string, kind: RunKind | null): string {
  return kind === 'dailyRetrain' ? retrainRunId(runId) : runId;
}

/**
 * The run that words begin with, and what follows: words of a symbol or an activity. Ids of runs may hold slashes themselves
 * (`nightly/retry-1`): the longest beginning that is a run is the run. Throws a UsageError where none is.
 */
export async function splitRun(
  words: readonly string[],
  isKnownRun: (id: string) => Promise<boolean>,
): Promise<{ readonly runId: string; readonly rest: readonly string[] }> {
  const [path = '', ...others] = words;
  const parts = path.split('/');
  for (let length = parts.length; length >= 1; length -= 1) {
    const id = parts.slice(0, length).join('/');
    if (await isKnownRun(id)) return { runId: rootRunId(id), rest: [...parts.slice(length), ...others].filter(isWord) };
  }
  throw new UsageError(`there is no run '${path}'; ./candlewick status lists the runs`);
}

function isWord(word: string): boolean {
  return word !== '';
}

export interface Execution {
  readonly workflowId: string;
  readonly isOpen: boolean;
}

/** Of a run and its retries: all of them, the open one first, then the latest; and the id that the next retry has. */
export async function executionsOf(
  client: Client,
  runId: string,
): Promise<{ readonly executions: readonly Execution[]; readonly nextRetryId: string }> {
  const found: Execution[] = [];
  for (let retry = 0; ; retry += 1) {
    const workflowId = retry === 0 ? runId : retryWorkflowId(runId, retry);
    const described = await describeWorkflow(client, workflowId);
    // A server that has forgotten the run may still know its retries.
    if (described === null && retry > 0) {
      const executions = found.reverse().sort((a, b) => Number(b.isOpen) - Number(a.isOpen));
      return { executions, nextRetryId: workflowId };
    }
    if (described !== null) found.push({ workflowId, isOpen: described.status.name === 'RUNNING' });
  }
}
