import type { Client } from '@temporalio/client';
import { rootRunId } from '../../shared/names/ids';
import type { PromotionState, RetrainProgress, SymbolProgress, UniverseProgress } from '../../shared/names/messages';
import { PROGRESS_QUERY, PROMOTION_STATE_QUERY } from '../../shared/names/messages';
import { WORKFLOWS } from '../../shared/names/queues';
import { createAttemptLog } from '../../shared/store/attempts';
import { openObjectStore } from '../../shared/store/open-store';
import { listRunRecords, readRunRecord } from '../../shared/store/run-files';
import type { CommandContext } from '../command-context';
import { RUNS_AND_RETRAINS } from '../operate/executions';
import { pendingStates } from '../pending-activities';
import { askServerIfAny, withClient } from '../runtime/client';
import { describeWorkflow, queryProgress } from '../runtime/workflows';
import { EXIT, UsageError } from '../usage-error';
import { interruptionSummary, interruptions } from '../views/interruption-lines';
import { idleQueueLines } from '../views/pending-lines';
import { printJson } from '../views/print-json';
import { questionLines, retrainLines } from '../views/retrain-lines';
import { stamp } from '../views/stamp';
import { revisionLines } from '../views/revision-lines';
import { resultTable } from '../views/result-table';
import { symbolTable } from '../views/symbol-table';
import { textTable } from '../views/text-table';
import { waitingLine } from '../views/waiting-line';

const MAX_LISTED = 20;
/** Running symbols that are asked where they stand. */
const MAX_ASKED = 24;

type AnyProgress = UniverseProgress | SymbolProgress | RetrainProgress | PromotionState;

/** `candlewick status [run]`: the latest runs and retrains, or where one stands; of a question about a model too. */
export async function statusCommand(
  context: CommandContext,
  runId: string | undefined,
  { json = false }: { readonly json?: boolean } = {},
): Promise<number> {
  return runId === undefined ? listRuns(context, json) : runStatus(context, runId, json);
}

/** The server knows the open runs too; without one the store tells of those that left a record. */
async function listRuns(context: CommandContext, json: boolean): Promise<number> {
  const asked = await askServerIfAny(context, runsOfServer);
  const rows = asked.answer ?? (await runsOfStore(context));
  if (asked.answer === null) {
    if (rows.length === 0) throw asked.reason;
    context.say(`${asked.reason.message}. These runs left a record in the store:`);
  }
  if (json) {
    printJson(context, { runs: rows });
    return EXIT.done;
  }
  context.print(
    rows.length === 0
      ? 'no runs yet; start one with ./candlewick run'
      : textTable(['run', 'kind', 'state', 'started (UTC)', 'closed (UTC)'], rows.map(rowOf)),
  );
  return EXIT.done;
}

interface ListedRun {
  readonly run: string;
  readonly kind: 'run' | 'retrain';
  readonly state: string;
  readonly startedAt: string;
  readonly closedAt: string | null;
}

async function runsOfServer(client: Client): Promise<readonly ListedRun[]> {
  const rows: ListedRun[] = [];
  for await (const run of client.workflow.list({ query: RUNS_AND_RETRAINS })) {
    rows.push({
      run: run.workflowId,
      kind: run.type === WORKFLOWS.dailyRetrain ? 'retrain' : 'run',
      state: run.status.name.toLowerCase(),
      startedAt: run.startTime.toISOString(),
      closedAt: run.closeTime?.toISOString() ?? null,
    });
    if (rows.length >= MAX_LISTED) break;
  }
  return rows;
}

async function runsOfStore({ settings }: CommandContext): Promise<readonly ListedRun[]> {
  const runs = await listRunRecords(
    openObjectStore(settings),
    ({ runId, status, startedAt, wallSeconds }): ListedRun => {
      const closedMs = Date.parse(startedAt) + wallSeconds * 1000;
      return { run: runId, kind: 'run', state: status, startedAt, closedAt: new Date(closedMs).toISOString() };
    },
  );
  return runs.slice(0, MAX_LISTED);
}

function rowOf({ run, kind, state, startedAt, closedAt }: ListedRun): readonly string[] {
  return [run, kind, state, stamp(startedAt), stamp(closedAt)];
}

async function runStatus(context: CommandContext, runId: string, json: boolean): Promise<number> {
  const objects = openObjectStore(context.settings);
  const record = await readRunRecord(objects, rootRunId(runId));
  const attempts = await createAttemptLog(objects).ofRun(rootRunId(runId));
  const interrupted = interruptionSummary(rootRunId(runId), interruptions(attempts, Date.now()));
  if (record !== null && json) {
    printJson(context, { run: runId, state: record.status, record });
    return EXIT.done;
  }
  if (record !== null) {
    context.print(resultTable(record));
    for (const line of revisionLines(record.symbols)) context.print(line);
    if (interrupted !== null) context.print(interrupted);
    return EXIT.done;
  }
  return withClient(context, async (client) => {
    const described = await describeWorkflow(client, runId);
    if (described === null) throw new UsageError(`there is no run '${runId}'; ./candlewick status lists the runs`);
    const state = described.status.name.toLowerCase();
    const asksWhat = described.type === WORKFLOWS.promoteModel ? PROMOTION_STATE_QUERY : PROGRESS_QUERY;
    const progress = await queryProgress<AnyProgress>(client, runId, asksWhat);
    const { states, idleQueues } = await pendingStates(client, runId);
    if (json) {
      const pending = states.map((one) => ({ workflowId: one.workflowId, ...one.state }));
      const startedAt = described.startTime.toISOString();
      printJson(context, { run: runId, state, startedAt, progress, pending, idleQueues: [...idleQueues] });
      return EXIT.done;
    }
    context.print(`${runId}: ${state} since ${described.startTime.toISOString()}`);
    if (progress === null)
      context.print('its progress cannot be asked: no worker is up; go on with ./candlewick resume');
    else if ('checks' in progress) context.print(questionLines(progress));
    else if ('outcomes' in progress) context.print(retrainLines(progress));
    else if ('symbols' in progress) {
      context.print(symbolTable(progress, await runningSymbols(client, progress)));
      const waiting = waitingLine(progress);
      if (waiting !== null) context.print(waiting);
    } else context.print(symbolTable(null, [progress]));
    for (const line of idleQueueLines(states, idleQueues, runId)) context.print(line);
    if (interrupted !== null) context.print(interrupted);
    return EXIT.done;
  });
}

/** What the running symbols say of themselves; a symbol that does not answer in time is left out. */
async function runningSymbols(client: Client, { symbols }: UniverseProgress): Promise<readonly SymbolProgress[]> {
  const running = symbols.filter(({ state }) => state === 'running').slice(0, MAX_ASKED);
  const asked = await Promise.all(running.map(({ workflowId }) => queryProgress<SymbolProgress>(client, workflowId)));
  return asked.filter((progress) => progress !== null);
}
