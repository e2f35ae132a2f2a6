import type { Client } from '@temporalio/client';
import { symbolOfWorkflow, symbolWorkflowId } from '../../shared/names/ids';
import type { UniverseProgress } from '../../shared/names/messages';
import { WORKFLOWS } from '../../shared/names/queues';
import type { PendingActivity } from '../retrying-activities';
import { describeWorkflow, queryProgress, quoted } from '../runtime/workflows';
import { UsageError } from '../usage-error';
import type { Execution, RunKind } from './executions';
import { executionsOf, recordedRunId, runKindOf, splitRun } from './executions';

/** What a person named: a run, a symbol of it, or one activity that is not done. */
export type Target =
  | {
      readonly kind: 'run';
      readonly runId: string;
      readonly runKind: RunKind;
      readonly workflowId: string;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'symbol';
      readonly runId: string;
      readonly symbol: string;
      readonly workflowId: string;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'activity';
      readonly runId: string;
      readonly symbol: string | null;
      readonly workflowId: string;
      readonly pending: PendingActivity;
    };

const MAX_NAMED = 20;

/**
 * One way of naming for every command: `<run>`, `<run> <symbol>`, `<run> <symbol> <activity>`, or the same with slashes; a
 * run may be a retrain or the question about a model too. Symbols and activities may hold slashes themselves. An activity may
 * be named without its symbol. Throws a UsageError that says what there is.
 */
export async function findTarget(client: Client, words: readonly string[]): Promise<Target> {
  const { runId, rest } = await splitRun(words, async (id) => (await runKindOf(client, id)) !== null);
  const kind = (await runKindOf(client, runId)) ?? 'trainUniverse';
  const { executions } = await executionsOf(client, runId);
  if (rest.length === 0) return runTarget(runId, kind, executions);
  if (words.length > 3)
    throw new UsageError(`'${words.join(' ')}' has a word too many: expected a run, a symbol, an activity`);
  const below = await belowRun(client, runId, executions, rest);
  if (below !== null) return below;
  // What a person names of a retrain is mostly a symbol of its run.
  const trained = recordedRunId(runId, kind);
  const inner = trained === runId ? executions : (await executionsOf(client, trained)).executions;
  const found = trained === runId ? null : await belowRun(client, trained, inner, rest);
  if (found !== null) return found;
  throw new UsageError(
    `${trained} has no symbol and no pending activity '${rest.join(' ')}'; ${await symbolsText(client, inner)}`,
  );
}

/** A symbol, an activity of one, or an activity by its name alone; null where there is none. */
async function belowRun(
  client: Client,
  runId: string,
  executions: readonly Execution[],
  rest: readonly string[],
): Promise<Target | null> {
  for (let length = rest.length; length >= 1; length -= 1) {
    const symbol = await symbolTarget(client, runId, executions, rest.slice(0, length).join('/'));
    if (symbol === null) continue;
    const activityId = rest.slice(length).join('/');
    return activityId === '' ? symbol : activityOf(client, symbol, activityId);
  }
  return activityAnywhere(client, runId, executions, rest.join('/'));
}

async function activityOf(
  client: Client,
  { runId, symbol, workflowId, isOpen }: Target & { readonly kind: 'symbol' },
  activityId: string,
): Promise<Target> {
  const pending = await pendingOf(client, workflowId);
  const found = pending.find((one) => one.activityId === activityId);
  if (found !== undefined) return { kind: 'activity', runId, symbol, workflowId, pending: found };
  throw new UsageError(`${workflowId} has no pending activity '${activityId}'; ${pendingText(pending, isOpen)}`);
}

function runTarget(runId: string, runKind: RunKind, executions: readonly Execution[]): Target {
  const [first = { workflowId: runId, isOpen: false }] = executions;
  return { kind: 'run', runId, runKind, ...first };
}

async function symbolTarget(
  client: Client,
  runId: string,
  executions: readonly Execution[],
  symbol: string,
): Promise<(Target & { readonly kind: 'symbol' }) | null> {
  let closed: (Target & { readonly kind: 'symbol' }) | null = null;
  for (const execution of executions) {
    const workflowId = symbolWorkflowId(execution.workflowId, symbol);
    const described = await describeWorkflow(client, workflowId);
    if (described?.type !== WORKFLOWS.trainSymbol) continue;
    const isOpen = described.status.name === 'RUNNING';
    const found = { kind: 'symbol' as const, runId, symbol, workflowId, isOpen };
    if (isOpen) return found;
    closed ??= found;
  }
  return closed;
}

/** An activity that is named without its symbol: of the run itself, or of the one symbol that has it. */
async function activityAnywhere(
  client: Client,
  runId: string,
  executions: readonly Execution[],
  activityId: string,
): Promise<Target | null> {
  const open = executions.filter(({ isOpen }) => isOpen).map(({ workflowId }) => workflowId);
  const below = `WorkflowType IN ('${WORKFLOWS.trainSymbol}', '${WORKFLOWS.trainBatch}') AND WorkflowId STARTS_WITH ${quoted(`${runId}/`)}`;
  for await (const { workflowId } of client.workflow.list({ query: `${below} AND ExecutionStatus = 'Running'` }))
    open.push(workflowId);
  for (const workflowId of open) {
    const pending = (await pendingOf(client, workflowId)).find((one) => one.activityId === activityId);
    if (pending === undefined) continue;
    return { kind: 'activity', runId, symbol: symbolOfWorkflow(workflowId, runId), workflowId, pending };
  }
  return null;
}

async function pendingOf(client: Client, workflowId: string): Promise<readonly PendingActivity[]> {
  return (await describeWorkflow(client, workflowId))?.raw.pendingActivities ?? [];
}

function pendingText(pending: readonly PendingActivity[], isOpen: boolean): string {
  if (!isOpen) return 'it is closed; a failed symbol is started again by ./candlewick retry <run> <symbol>';
  const ids = pending.map(({ activityId }) => activityId ?? '');
  return ids.length === 0 ? 'none is pending' : `pending are ${ids.join(', ')}`;
}

async function symbolsText(client: Client, executions: readonly Execution[]): Promise<string> {
  const [first] = executions;
  const progress = first === undefined ? null : await queryProgress<UniverseProgress>(client, first.workflowId);
  const symbols = progress?.symbols ?? [];
  if (symbols.length === 0)
    return 'its symbols cannot be asked (no worker is up); ./candlewick failures names those that failed';
  const named = symbols
    .slice(0, MAX_NAMED)
    .map(({ symbol, state }) => (state === 'waiting' ? `${symbol} (waiting)` : symbol));
  const more = symbols.length > MAX_NAMED ? ` and ${String(symbols.length - MAX_NAMED)} more` : '';
  return `it has ${named.join(', ')}${more}`;
}
