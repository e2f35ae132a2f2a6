import type { Client } from '@temporalio/client';
import { retryWorkflowId, rootRunId, symbolWorkflowId } from '../../shared/names/ids';
import type { UniverseProgress } from '../../shared/names/messages';
import { WORKFLOWS } from '../../shared/names/queues';
import type { PendingActivity } from '../retrying-activities';
import { describeWorkflow, queryProgress, quoted } from '../runtime/workflows';
import { UsageError } from '../usage-error';

/** What a person named: a run, a symbol of it, or one activity that is not done. */
export type Target =
  | { readonly kind: 'run'; readonly runId: string; readonly workflowId: string; readonly isOpen: boolean }
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

/** Activities of the run itself, which belong to no symbol. */
const RUN_ACTIVITIES: readonly string[] = ['prepare', 'late-symbols', 'report'];

const MAX_NAMED = 20;

/**
 * One way of naming for every command: `<run>`, `<run> <symbol>`, `<run> <symbol> <activity>`, or the same with slashes. Ids
 * of runs may hold slashes themselves (`nightly/retry-1`): the longest beginning that is a run is the run. An activity may
 * be named without its symbol. Throws a UsageError that says what there is.
 */
export async function findTarget(client: Client, words: readonly string[]): Promise<Target> {
  const { runId, rest } = await splitRun(words, (id) => isRun(client, id));
  const executions = await executionsOf(client, runId);
  const [first, second] = rest;
  if (first === undefined) return runTarget(runId, executions);
  if (rest.length > 2)
    throw new UsageError(`'${words.join(' ')}' has a word too many: expected a run, a symbol, an activity`);
  const symbol = await symbolTarget(client, runId, executions, first);
  if (symbol === null) {
    const activity = second === undefined ? await activityAnywhere(client, runId, first) : null;
    if (activity !== null) return activity;
    throw new UsageError(
      `${runId} has no symbol${second === undefined ? ' and no pending activity' : ''} '${first}'; ${await symbolsText(client, executions)}`,
    );
  }
  if (second === undefined) return symbol;
  const pending = await pendingOf(client, symbol.workflowId);
  const found = pending.find(({ activityId }) => activityId === second);
  if (found !== undefined)
    return { kind: 'activity', runId, symbol: symbol.symbol, workflowId: symbol.workflowId, pending: found };
  throw new UsageError(
    `${symbol.workflowId} has no pending activity '${second}'; ${pendingText(pending, symbol.isOpen)}`,
  );
}

/** The run that words begin with, and what follows: words of a symbol or an activity. */
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

async function isRun(client: Client, id: string): Promise<boolean> {
  return (await describeWorkflow(client, id))?.type === WORKFLOWS.trainUniverse;
}

interface Execution {
  readonly workflowId: string;
  readonly isOpen: boolean;
}

/** The run and its retries, the open one first, then the latest. */
async function executionsOf(client: Client, runId: string): Promise<readonly Execution[]> {
  const found: Execution[] = [];
  for (let retry = 0; ; retry += 1) {
    const workflowId = retry === 0 ? runId : retryWorkflowId(runId, retry);
    const described = await describeWorkflow(client, workflowId);
    if (described === null) break;
    found.push({ workflowId, isOpen: described.status.name === 'RUNNING' });
  }
  return found.reverse().sort((a, b) => Number(b.isOpen) - Number(a.isOpen));
}

function runTarget(runId: string, executions: readonly Execution[]): Target {
  const [first = { workflowId: runId, isOpen: false }] = executions;
  return { kind: 'run', runId, ...first };
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
async function activityAnywhere(client: Client, runId: string, activityId: string): Promise<Target | null> {
  const stages = `WorkflowType = '${WORKFLOWS.trainSymbol}' AND WorkflowId STARTS_WITH ${quoted(`${runId}/`)}`;
  const open: string[] = RUN_ACTIVITIES.includes(activityId) ? [runId] : [];
  for await (const { workflowId } of client.workflow.list({ query: `${stages} AND ExecutionStatus = 'Running'` }))
    open.push(workflowId);
  for (const workflowId of open) {
    const pending = (await pendingOf(client, workflowId)).find((one) => one.activityId === activityId);
    if (pending === undefined) continue;
    const symbol = workflowId === runId ? null : (workflowId.split('/').at(-1) ?? null);
    return { kind: 'activity', runId, symbol, workflowId, pending };
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
