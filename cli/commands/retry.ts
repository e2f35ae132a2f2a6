import type { Client } from '@temporalio/client';
import { QUEUES, WORKFLOWS } from '../../shared/names/queues';
import type { RunRecord } from '../../shared/contracts/run-record';
import { retryWorkflowId, rootRunId } from '../../shared/names/ids';
import { RETRY_FAILED_UPDATE } from '../../shared/names/messages';
import { createFileObjectStore } from '../../shared/store/file-object-store';
import { readRunRecord } from '../../shared/store/run-files';
import type { CommandContext } from '../command-context';
import { openSession } from '../run-session';
import { EXIT, UsageError } from '../usage-error';
import { followRun } from './run';

/**
 * `candlewick retry <run> [symbol]`: an open run starts its failed symbols again; a closed one is mended by a new run
 * `<run>/retry-n` with the same configuration and as-of instant. What was done comes from the store.
 */
export async function retryCommand(
  context: CommandContext,
  givenId: string,
  symbol: string | undefined,
  flags: { readonly json?: boolean },
): Promise<number> {
  const runId = rootRunId(givenId);
  const session = await openSession(context);
  const options = { json: flags.json ?? false };
  try {
    if (await isOpen(session.client, runId)) {
      context.say(await session.client.workflow.getHandle(runId).executeUpdate<string, []>(RETRY_FAILED_UPDATE));
      return await followRun(context, session, runId, options);
    }
    const record = await readRunRecord(createFileObjectStore(context.settings.storeRoot), runId);
    if (record === null)
      throw new UsageError(
        `there is no record of a run '${runId}' in ${context.settings.storeRoot}; ./candlewick status lists the runs`,
      );
    const symbols = symbolsToRetry(record, symbol);
    if (symbols.length === 0) {
      context.say(`${runId} has no failed symbol: nothing to retry`);
      return EXIT.done;
    }
    const retryId = await nextRetryId(session.client, runId);
    await session.client.workflow.start(WORKFLOWS.trainUniverse, {
      taskQueue: QUEUES.control,
      workflowId: retryId,
      args: [{ ...record.config, asOf: record.asOf, symbols }],
      staticSummary: `retry of ${symbols.join(', ')}`,
    });
    context.say(`${retryId} started for ${symbols.join(', ')}`);
    return await followRun(context, session, retryId, options);
  } finally {
    await session.close();
  }
}

function symbolsToRetry(record: RunRecord, symbol: string | undefined): readonly string[] {
  if (symbol === undefined)
    return record.symbols.filter(({ status }) => status === 'failed').map((entry) => entry.symbol);
  if (record.symbols.some((entry) => entry.symbol === symbol)) return [symbol];
  throw new UsageError(
    `${record.runId} has no symbol '${symbol}'; it has ${record.symbols.map((entry) => entry.symbol).join(', ')}`,
  );
}

async function isOpen(client: Client, runId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(runId).describe()).status.name === 'RUNNING';
  } catch {
    return false;
  }
}

async function nextRetryId(client: Client, runId: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const id = retryWorkflowId(runId, count);
    try {
      await client.workflow.getHandle(id).describe();
    } catch {
      return id;
    }
  }
}
