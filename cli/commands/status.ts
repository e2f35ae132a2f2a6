import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { errorEntry } from '../../shared/names/errors';
import { rootRunId } from '../../shared/names/ids';
import type { UniverseProgress } from '../../shared/names/messages';
import { PROGRESS_QUERY } from '../../shared/names/messages';
import { WORKFLOWS } from '../../shared/names/queues';
import { createFileObjectStore } from '../../shared/store/file-object-store';
import { readRunRecord, runReportKey } from '../../shared/store/run-files';
import type { CommandContext } from '../command-context';
import { EXIT, UsageError } from '../usage-error';
import { resultTable } from '../views/result-table';
import { textTable } from '../views/text-table';
import { withClient } from './control';

const MAX_LISTED = 20;

/** `candlewick status [run]`: the latest runs, or where one stands. */
export async function statusCommand(context: CommandContext, runId: string | undefined): Promise<number> {
  if (runId !== undefined) return runStatus(context, runId);
  return withClient(context, async (client) => {
    const rows: string[][] = [];
    for await (const run of client.workflow.list({ query: `WorkflowType = '${WORKFLOWS.trainUniverse}'` })) {
      rows.push([
        run.workflowId,
        run.status.name.toLowerCase(),
        run.startTime.toISOString().slice(0, 19),
        run.closeTime?.toISOString().slice(0, 19) ?? '',
      ]);
      if (rows.length >= MAX_LISTED) break;
    }
    context.print(
      rows.length === 0
        ? 'no runs yet; start one with ./candlewick run'
        : textTable(['run', 'state', 'started (UTC)', 'closed (UTC)'], rows),
    );
    return EXIT.done;
  });
}

async function runStatus(context: CommandContext, runId: string): Promise<number> {
  const record = await readRunRecord(createFileObjectStore(context.settings.storeRoot), rootRunId(runId));
  if (record !== null) {
    context.print(resultTable(record));
    return EXIT.done;
  }
  return withClient(context, async (client) => {
    const described = await client.workflow
      .getHandle(runId)
      .describe()
      .catch(() => {
        throw new UsageError(`there is no run '${runId}'; ./candlewick status lists the runs`);
      });
    context.print(`${runId}: ${described.status.name.toLowerCase()} since ${described.startTime.toISOString()}`);
    const progress = await progressOf(client, runId);
    if (progress === null)
      context.print('its progress cannot be asked: no worker is up; go on with ./candlewick resume');
    else
      context.print(
        textTable(
          ['symbol', 'state'],
          progress.symbols.map(({ symbol, state }) => [symbol, state]),
        ),
      );
    return EXIT.done;
  });
}

async function progressOf(client: Client, runId: string): Promise<UniverseProgress | null> {
  try {
    return await client.withDeadline(Date.now() + 5_000, () =>
      client.workflow.getHandle(runId).query<UniverseProgress>(PROGRESS_QUERY),
    );
  } catch {
    return null;
  }
}

/** `candlewick failures [run]`: every failed symbol of a run with its reason and what to do; and activities that keep failing. */
export async function failuresCommand(context: CommandContext, givenId: string | undefined): Promise<number> {
  const runId = rootRunId(givenId ?? (await latestRun(context)));
  const record = await readRunRecord(createFileObjectStore(context.settings.storeRoot), runId);
  const failed = (record?.symbols ?? []).filter(({ failure }) => failure !== null);
  for (const { symbol, failure } of failed) {
    if (failure === null) continue;
    context.print(
      `${symbol}  ${failure.code} at ${failure.stage ?? 'start'}\n  ${failure.message}\n  what to do: ${errorEntry(failure.code).remedy}`,
    );
  }
  const retrying = record === null ? await retryingActivities(context, runId) : [];
  for (const line of retrying) context.print(line);
  if (failed.length + retrying.length === 0) context.print(`${runId}: no failures`);
  return EXIT.done;
}

async function latestRun(context: CommandContext): Promise<string> {
  return withClient(context, async (client) => {
    for await (const run of client.workflow.list({ query: `WorkflowType = '${WORKFLOWS.trainUniverse}'` }))
      return run.workflowId;
    throw new UsageError('no runs yet; start one with ./candlewick run');
  });
}

/** Activities of an open run that failed at least once and are tried again. */
async function retryingActivities(context: CommandContext, runId: string): Promise<readonly string[]> {
  return withClient(context, async (client) => {
    const lines: string[] = [];
    for await (const child of client.workflow.list({
      query: `RootWorkflowId = '${runId}' AND ExecutionStatus = 'Running'`,
    })) {
      const { raw } = await client.workflow.getHandle(child.workflowId).describe();
      for (const activity of raw.pendingActivities ?? []) {
        if (activity.lastFailure === null || activity.lastFailure === undefined) continue;
        const code = activity.lastFailure.applicationFailureInfo?.type ?? 'Unexpected';
        lines.push(
          `${child.workflowId}  ${activity.activityId ?? ''}  attempt ${String(activity.attempt ?? 0)}  ${code}\n  ${activity.lastFailure.message ?? ''}\n  what to do: ${errorEntry(code).remedy}`,
        );
      }
    }
    return lines;
  });
}

/** `candlewick report <run>`: where its report is. */
export async function reportCommand(context: CommandContext, runId: string): Promise<number> {
  const objects = createFileObjectStore(context.settings.storeRoot);
  const key = runReportKey(rootRunId(runId));
  if ((await objects.size(key)) === null)
    throw new UsageError(
      `there is no report of '${runId}' in ${context.settings.storeRoot}; ./candlewick status lists the runs`,
    );
  context.print(join(context.settings.storeRoot, key));
  return EXIT.done;
}
