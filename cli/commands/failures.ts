import type { Client } from '@temporalio/client';
import type { RunRecord } from '../../shared/contracts/run-record';
import { errorEntry } from '../../shared/names/errors';
import { rootRunId } from '../../shared/names/ids';
import { WORKFLOWS } from '../../shared/names/queues';
import { createAttemptLog } from '../../shared/store/attempts';
import { openObjectStore } from '../../shared/store/open-store';
import { listRunRecords, readRunRecord } from '../../shared/store/run-files';
import type { CommandContext } from '../command-context';
import { climbedActivities, rungsOfRecord, type ClimbedActivity } from '../climbed-activities';
import type { RetryingActivity } from '../retrying-activities';
import { retryingActivities } from '../retrying-activities';
import { askServerIfAny } from '../runtime/client';
import { describeWorkflow } from '../runtime/workflows';
import { EXIT, UsageError } from '../usage-error';
import { interruptionLine, interruptions } from '../views/interruption-lines';

/** `candlewick failures [run]`: every failed symbol of a run with its reason and what to do; what was interrupted and what that cost; activities that keep failing; trainings on lower rungs. */
export async function failuresCommand(context: CommandContext, givenId: string | undefined): Promise<number> {
  const objects = openObjectStore(context.settings);
  const asked = await askServerIfAny(context, async (client) => {
    const runId = rootRunId(givenId ?? (await latestRunOf(client)));
    const isKnown = (await describeWorkflow(client, runId)) !== null;
    const [retrying, climbed] = [await retryingActivities(client, runId), await climbedActivities(client, runId)];
    return { runId, isKnown, retrying, climbed };
  });
  const runId = asked.answer?.runId ?? rootRunId(givenId ?? '');
  const record =
    asked.answer === null && givenId === undefined
      ? ((await listRunRecords(objects))[0] ?? null)
      : await readRunRecord(objects, runId);
  if (asked.answer === null && record === null) throw asked.reason;
  if (asked.answer?.isKnown === false && record === null)
    throw new UsageError(`there is no run '${runId}'; ./candlewick status lists the runs`);
  const attempts = await createAttemptLog(objects).ofRun(record?.runId ?? runId);
  const now = [
    ...failedSymbols(record),
    ...(asked.answer?.retrying ?? []).map(retryingLine),
    ...(asked.answer?.climbed ?? []).map(climbedLine),
  ];
  const onTheWay = [...interruptions(attempts, Date.now()).map(interruptionLine), ...rungsOfRecord(record)];
  for (const line of now) context.print(line);
  if (now.length === 0) context.print(`${record?.runId ?? runId}: no failures`);
  if (onTheWay.length > 0) context.print(['on the way:', ...onTheWay].join('\n'));
  return EXIT.done;
}

async function latestRunOf(client: Client): Promise<string> {
  for await (const run of client.workflow.list({ query: `WorkflowType = '${WORKFLOWS.trainUniverse}'` }))
    return run.workflowId;
  throw new UsageError('no runs yet; start one with ./candlewick run');
}

function failedSymbols(record: RunRecord | null): readonly string[] {
  return (record?.symbols ?? []).flatMap(({ symbol, failure }) =>
    failure === null
      ? []
      : [
          `${symbol}  ${failure.code} at ${failure.stage ?? 'start'}\n  ${failure.message}\n  what to do: ${errorEntry(failure.code).remedy}`,
        ],
  );
}

function climbedLine({ workflowId, activityId, rungs }: ClimbedActivity): string {
  return `${workflowId}  ${activityId} trains on a lower rung\n${rungs.map((rung) => `  ${rung}`).join('\n')}`;
}

function retryingLine({ workflowId, activityId, attempt, code, message }: RetryingActivity): string {
  return `${workflowId}  ${activityId}  attempt ${String(attempt)}  ${code}\n  ${message}\n  what to do: ${errorEntry(code).remedy}`;
}
