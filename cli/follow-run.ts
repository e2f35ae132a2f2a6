import { STORE_ID_MEMO } from '../shared/names/messages';
import { openObjectStore } from '../shared/store/open-store';
import { identifyStore } from '../shared/store/store-identity';
import { readRunRecord } from '../shared/store/run-files';
import { QUEUES, WORKFLOWS } from '../shared/names/queues';
import { rootRunId } from '../shared/names/ids';
import type { RunRecord } from '../shared/contracts/run-record';
import type { CommandContext } from './command-context';
import type { RunFailure } from './run-failure';
import { runFailureOf } from './run-failure';
import type { Session } from './run-session';
import { STOP_EXIT } from './runtime/stop-request';
import { reportPath } from './store-paths';
import { EXIT, UsageError } from './usage-error';
import { printJson } from './views/print-json';
import { resultDocument } from './views/result-json';
import { resultTable } from './views/result-table';
import { watchRun } from './watch-run';

export interface FollowOptions {
  readonly json: boolean;
  /** False where the server ends with the command: its UI cannot be looked at afterwards. */
  readonly uiStays?: boolean;
}

/**
 * Starts a run and follows it. Not begun at all where somebody asked to stop meanwhile. A name that an open run has is
 * refused: that run has a configuration of its own.
 */
export async function startAndFollow(
  context: CommandContext,
  session: Session,
  run: { readonly id: string; readonly input: object; readonly summary: string },
  options: FollowOptions,
): Promise<number> {
  const stop = session.stop.requested();
  if (stop !== null) {
    context.say('stopped before the run was started');
    return STOP_EXIT[stop];
  }
  try {
    await session.client.workflow.start(WORKFLOWS.trainUniverse, {
      taskQueue: QUEUES.control,
      workflowId: run.id,
      args: [run.input],
      memo: { [STORE_ID_MEMO]: await identifyStore(openObjectStore(context.settings)) },
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: run.summary,
    });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
    throw new UsageError(
      `a run named ${run.id} is open already; go on with ./candlewick resume ${run.id}, or choose another --id`,
    );
  }
  context.say(`run ${run.id} started: ${run.summary}`);
  return followRun(context, session, run.id, options);
}

/** Follows a run until it is closed, or until it has to be gone on with by `resume`. */
export async function followRun(
  context: CommandContext,
  session: Session,
  runId: string,
  options: FollowOptions,
): Promise<number> {
  const outcome = await watchRun(context, session, runId);
  const goOn = `what is done is saved. Go on with: ./candlewick resume ${runId}`;
  switch (outcome) {
    case 'closed':
      return finishRun(context, session, runId, options);
    case 'noServer':
      context.say(`the Temporal server does not answer any more; ${goOn}`);
      return EXIT.failed;
    case 'noWorker':
      context.say(`stopping; ${goOn}`);
      return EXIT.failed;
    case 'SIGINT':
    case 'SIGTERM':
      context.say(`stopping; ${goOn}`);
      return STOP_EXIT[outcome];
  }
}

/** Prints what a run left and returns the exit code that says the same. */
async function finishRun(
  context: CommandContext,
  session: Session,
  runId: string,
  { json, uiStays = true }: FollowOptions,
): Promise<number> {
  const { settings, print, say } = context;
  const record = await readRunRecord(openObjectStore(settings), rootRunId(runId));
  const failure = await failureOf(session, runId);
  if (record === null || (failure !== null && failure.code !== 'QuorumMissed')) {
    say(`${runId} ${endOf(failure)}`);
    return failure?.code === 'InvalidConfig' || failure?.code === 'SourceNotFound' ? EXIT.usage : EXIT.failed;
  }
  const report = reportPath(settings, record.runId);
  if (json) printJson({ print }, resultDocument(record, { report, store: settings.storeRoot }));
  else {
    print(resultTable(record));
    print(`report: ${report}`);
    if (uiStays && session.server.uiUrl !== null)
      print(
        `Temporal UI: ${session.server.uiUrl}/namespaces/${settings.namespace}/workflows/${encodeURIComponent(runId)}`,
      );
  }
  return exitCodeOf(record);
}

function endOf(failure: RunFailure | null): string {
  if (failure === null) return 'failed: it left no record';
  if (failure.code === 'Cancelled') return `cancelled: Cancelled: ${failure.message}`;
  return `failed: ${failure.code}: ${failure.message}`;
}

/** The failure that closed a run, or null where it closed well. */
async function failureOf({ client }: Session, runId: string): Promise<RunFailure | null> {
  try {
    await client.workflow.getHandle(runId).result();
    return null;
  } catch (error) {
    return runFailureOf(error);
  }
}

function exitCodeOf(record: RunRecord): number {
  switch (record.status) {
    case 'done':
      return EXIT.done;
    case 'partial':
      return EXIT.partial;
    case 'failed':
      return EXIT.failed;
  }
}
