import type { Client } from '@temporalio/client';
import { rootRunId } from '../../shared/names/ids';
import type { RetrainProgress, SymbolProgress, UniverseProgress } from '../../shared/names/messages';
import { WORKFLOWS } from '../../shared/names/queues';
import { createAttemptLog } from '../../shared/store/attempts';
import { openObjectStore } from '../../shared/store/open-store';
import { listRunRecords, readRunRecord } from '../../shared/store/run-files';
import type { CommandContext } from '../command-context';
import { pendingStates } from '../pending-activities';
import { askServerIfAny, withClient } from '../runtime/client';
import { describeWorkflow, queryProgress } from '../runtime/workflows';
import { EXIT, UsageError } from '../usage-error';
import { interruptionSummary, interruptions } from '../views/interruption-lines';
import { idleQueueLines } from '../views/pending-lines';
import { retrainLines } from '../views/retrain-lines';
import { revisionLines } from '../views/revision-lines';
import { resultTable } from '../views/result-table';
import { symbolTable } from '../views/symbol-table';
import { textTable } from '../views/text-table';
import { waitingLine } from '../views/waiting-line';

const MAX_LISTED = 20;
/** Running symbols that are asked where they stand. */
const MAX_ASKED = 24;

/** `candlewick status [run]`: the latest runs, or where one stands. */
export async function statusCommand(context: CommandContext, runId: string | undefined): Promise<number> {
  return runId === undefined ? listRuns(context) : runStatus(context, runId);
}

/** The server knows the open runs too; without one the store tells of those that left a record. */
async function listRuns(context: CommandContext): Promise<number> {
  const asked = await askServerIfAny(context, runsOfServer);
  const rows = asked.answer ?? (await runsOfStore(context));
  if (asked.answer === null) {
    if (rows.length === 0) throw asked.reason;
    context.say(`${asked.reason.message}. These runs left a record in the store:`);
  }
  context.print(
    rows.length === 0
      ? 'no runs yet; start one with ./candlewick run'
      : textTable(['run', 'state', 'started (UTC)', 'closed (UTC)'], rows),
  );
  return EXIT.done;
}

async function runsOfServer(client: Client): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowType = '${WORKFLOWS.trainUniverse}'` })) {
    rows.push([run.workflowId, run.status.name.toLowerCase(), stamp(run.startTime), stamp(run.closeTime)]);
    if (rows.length >= MAX_LISTED) break;
  }
  return rows;
}

async function runsOfStore({ settings }: CommandContext): Promise<readonly (readonly string[])[]> {
  const records = await listRunRecords(openObjectStore(settings));
  return records.slice(0, MAX_LISTED).map(({ runId, status, startedAt, wallSeconds }) => {
    const startedMs = Date.parse(startedAt);
    return [runId, status, stamp(new Date(startedMs)), stamp(new Date(startedMs + wallSeconds * 1000))];
  });
}

function stamp(instant: Date | undefined): string {
  return instant?.toISOString().slice(0, 19) ?? '';
}

async function runStatus(context: CommandContext, runId: string): Promise<number> {
  const objects = openObjectStore(context.settings);
  const record = await readRunRecord(objects, rootRunId(runId));
  const attempts = await createAttemptLog(objects).ofRun(rootRunId(runId));
  const interrupted = interruptionSummary(rootRunId(runId), interruptions(attempts, Date.now()));
  if (record !== null) {
    context.print(resultTable(record));
    for (const line of revisionLines(record.symbols)) context.print(line);
    if (interrupted !== null) context.print(interrupted);
    return EXIT.done;
  }
  return withClient(context, async (client) => {
    const described = await describeWorkflow(client, runId);
    if (described === null) throw new UsageError(`there is no run '${runId}'; ./candlewick status lists the runs`);
    context.print(`${runId}: ${described.status.name.toLowerCase()} since ${described.startTime.toISOString()}`);
    const progress = await queryProgress<UniverseProgress | SymbolProgress | RetrainProgress>(client, runId);
    if (progress === null)
      context.print('its progress cannot be asked: no worker is up; go on with ./candlewick resume');
    else if ('outcomes' in progress) context.print(retrainLines(progress));
    else if ('symbols' in progress) {
      context.print(symbolTable(progress, await runningSymbols(client, progress)));
      const waiting = waitingLine(progress);
      if (waiting !== null) context.print(waiting);
    } else context.print(symbolTable(null, [progress]));
    const { states, idleQueues } = await pendingStates(client, runId);
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
