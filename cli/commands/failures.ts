import type { Client } from '@temporalio/client';
import type { SymbolRecord } from '../../shared/contracts/run-record';
import { errorEntry } from '../../shared/names/errors';
import {
  placeOfWorkflow,
  rootRunId,
  stageActivityId,
  symbolOfActivity,
  symbolOfWorkflow,
} from '../../shared/names/ids';
import type { StoredLog } from '../../shared/store/activity-logs';
import { createActivityLogStore } from '../../shared/store/activity-logs';
import { createAttemptLog } from '../../shared/store/attempts';
import { openObjectStore } from '../../shared/store/open-store';
import type { ObjectStore } from '../../shared/store/port';
import { listRunRecords, readRunRecord } from '../../shared/store/run-files';
import type { CommandContext } from '../command-context';
import { climbedActivities, rungsOfRecord, type ClimbedActivity } from '../climbed-activities';
import { RUNS_AND_RETRAINS, recordedRunId, runKindOf, splitRun } from '../operate/executions';
import { pendingStates } from '../pending-activities';
import { askServerIfAny } from '../runtime/client';
import { EXIT, UsageError } from '../usage-error';
import { printJson } from '../views/print-json';
import { interruptionLine, interruptions } from '../views/interruption-lines';
import { pendingLine } from '../views/pending-lines';

/**
 * `candlewick failures [run] [symbol] [activity]`: failed symbols with their reason and what to do; activities that keep
 * failing, are paused or wait for a worker that is not there; what was interrupted and what that cost.
 */
export async function failuresCommand(
  context: CommandContext,
  words: readonly string[],
  flags: { readonly json?: boolean },
): Promise<number> {
  const objects = openObjectStore(context.settings);
  const asked = await askServerIfAny(context, (client) => askServer(client, words));
  const known = asked.answer ?? (await askStore(objects, words));
  if (known === null) throw asked.answer === null ? asked.reason : new UsageError('no runs yet');
  const { runId, rest } = known;
  const trained = recordedRunId(runId, asked.answer?.kind ?? null);
  const record = await readRunRecord(objects, trained);
  const isAsked = filterOf(rest);
  const logs = await createActivityLogStore(objects).list(trained);
  const symbols = (record?.symbols ?? []).map(({ symbol }) => symbol);
  const logsOf = (wanted: string) => logs.filter(({ activityId }) => symbolOfActivity(activityId, symbols) === wanted);
  const failed = (record?.symbols ?? []).filter(
    ({ symbol, failure }) =>
      failure !== null && (isAsked(symbol, null) || logsOf(symbol).some((log) => isAsked(symbol, log.activityId))),
  );
  const pending = (asked.answer?.states ?? []).filter(({ workflowId, state }) =>
    isAsked(symbolOfWorkflow(workflowId, trained), state.activityId),
  );
  const idleQueues = asked.answer?.idleQueues ?? new Set<string>();
  const attempts = (await createAttemptLog(objects).ofRun(trained)).filter(
    ({ symbol, stage, part }) => isAsked(symbol, stageActivityId(stage, symbol, part)) || isAsked(symbol, part),
  );
  if (flags.json === true) {
    const interrupted = interruptions(attempts, Date.now());
    const failures = failed.map(({ symbol, failure }) => ({ symbol, ...failure }));
    const waiting = pending.map(({ workflowId, state }) => ({
      workflowId,
      ...state,
      withoutWorker: idleQueues.has(state.queue),
    }));
    printJson(context, { runId, failed: failures, pending: waiting, interrupted });
    return EXIT.done;
  }
  const now = [
    ...failed.map((symbol) => failedSymbolLines(symbol, logsOf(symbol.symbol), objects.description)),
    ...pending.map((one) => pendingLine(one, idleQueues)).filter((line) => line !== null),
    ...(asked.answer?.climbed ?? [])
      .filter(({ activityId, workflowId }) => isAsked(symbolOfWorkflow(workflowId, trained), activityId))
      .map(climbedLine),
  ];
  const rungs = rest.length === 0 ? rungsOfRecord(record) : [];
  const onTheWay = [...interruptions(attempts, Date.now()).map(interruptionLine), ...rungs];
  for (const line of now) context.print(line);
  if (now.length === 0) context.print(`${[runId, ...rest].join(' ')}: no failures`);
  if (onTheWay.length > 0) context.print(['on the way:', ...onTheWay].join('\n'));
  if (now.length > 0 && logs.length > 0) context.print(`logs of attempts: ./candlewick logs ${runId}`);
  return EXIT.done;
}

async function askServer(client: Client, words: readonly string[]) {
  const given = words.length === 0 ? [await latestRunOf(client)] : words;
  const { runId, rest } = await splitRun(given, async (id) => (await runKindOf(client, id)) !== null);
  const kind = await runKindOf(client, runId);
  const climbed = await climbedActivities(client, runId);
  return { runId, rest, kind, climbed, ...(await pendingStates(client, runId)) };
}

/** Without a server the store tells of the runs that left a record; null where there is none. */
async function askStore(objects: ObjectStore, words: readonly string[]) {
  if (words.length > 0) {
    return splitRun(words, async (id) => (await readRunRecord(objects, rootRunId(id))) !== null).catch(() => null);
  }
  const [latest] = await listRunRecords(objects, ({ runId }) => runId);
  return latest === undefined ? null : { runId: latest, rest: [] };
}

/** Whether a symbol, or an activity of it, is what the words after the run ask for. */
function filterOf(rest: readonly string[]): (symbol: string | null, activityId: string | null) => boolean {
  const wanted = rest.join('/');
  return (symbol, activityId) =>
    wanted === '' || [symbol, activityId, `${symbol ?? ''}/${activityId ?? ''}`].includes(wanted);
}

async function latestRunOf(client: Client): Promise<string> {
  for await (const { workflowId } of client.workflow.list({ query: RUNS_AND_RETRAINS }))
    return placeOfWorkflow(workflowId).retrainId ?? workflowId;
  throw new UsageError('no runs yet; start one with ./candlewick run');
}

function failedSymbolLines({ symbol, failure }: SymbolRecord, logs: readonly StoredLog[], store: string): string {
  const { code = '', stage = null, message = '' } = failure ?? {};
  const log = logs.filter(({ activityId }) => activityId.startsWith(`${stage ?? ''}-`)).at(-1);
  return [
    `${symbol}  ${code} at ${stage ?? 'start'}`,
    `  ${message}`,
    ...(log === undefined ? [] : [`  log: ${store.replace(/\/$/, '')}/${log.key}`]),
    `  what to do: ${errorEntry(code).remedy} (docs/runbook.md#${code.toLowerCase()})`,
  ].join('\n');
}

function climbedLine({ workflowId, activityId, rungs }: ClimbedActivity): string {
  return `${workflowId}  ${activityId} trains on a lower rung\n${rungs.map((rung) => `  ${rung}`).join('\n')}`;
}
