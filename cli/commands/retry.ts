import type { Client } from '@temporalio/client';
import type { RunRecord } from '../../shared/contracts/run-record';
import { retryWorkflowId, rootRunId } from '../../shared/names/ids';
import { RETRY_FAILED_UPDATE } from '../../shared/names/messages';
import { openObjectStore } from '../../shared/store/open-store';
import { readRunRecord } from '../../shared/store/run-files';
import type { CommandContext } from '../command-context';
import { followRun, startAndFollow } from '../follow-run';
import type { ChangeFlags } from '../operate/change';
import { enterChange } from '../operate/change';
import type { Target } from '../operate/target';
import { findTarget, splitRun } from '../operate/target';
import type { Session } from '../run-session';
import { openSession } from '../run-session';
import { askServerIfAny } from '../runtime/client';
import { describeWorkflow, updateRun } from '../runtime/workflows';
import { EXIT, UsageError } from '../usage-error';
import { retryActivity } from './retry-activity';

/**
 * `candlewick retry <run> [symbol] [activity]`: an open run starts its failed symbols again; a closed one is mended by a new
 * run `<run>/retry-n` with the same configuration and as-of instant. What was done comes from the store. A single activity
 * that waits for its next attempt is tried now.
 */
export async function retryCommand(
  context: CommandContext,
  words: readonly string[],
  flags: ChangeFlags & { readonly json?: boolean },
): Promise<number> {
  const activity = await askServerIfAny(context, async (client) => {
    const target = await findTarget(client, words);
    if (target.kind === 'activity') await retryActivity(context, client, target, flags);
    return target;
  });
  if (activity.answer === null && !(await isRecorded(context, words))) throw activity.reason;
  if (activity.answer?.kind === 'activity') return EXIT.done;
  const { runId, symbol } = activity.answer === null ? await fromRecord(context, words) : namesOf(activity.answer);
  const changed = { command: 'retry', subject: symbol === undefined ? runId : `${runId}/${symbol}` };
  const session = await openSession(context);
  const options = { json: flags.json ?? false };
  try {
    const { openId, nextRetryId } = await retriesOf(session.client, runId);
    if (openId !== null) {
      await retryOpenRun(context, session, openId, symbol);
      await enterChange(context, changed, flags);
      return await followRun(context, session, openId, options);
    }
    const record = await recordOf(context, runId);
    const symbols = symbolsToRetry(record, symbol);
    if (symbols.length === 0) {
      context.say(`${runId} has no failed symbol: nothing to retry`);
      return EXIT.done;
    }
    const run = {
      id: nextRetryId,
      input: { ...record.config, asOf: record.asOf, symbols },
      summary: `retry of ${symbols.join(', ')}`,
    };
    await enterChange(context, { ...changed, details: { run: nextRetryId, symbols } }, flags);
    return await startAndFollow(context, session, run, options);
  } finally {
    await session.close();
  }
}

function namesOf(target: Target): { readonly runId: string; readonly symbol: string | undefined } {
  return { runId: target.runId, symbol: target.kind === 'symbol' ? target.symbol : undefined };
}

/** A server that was lost knows nothing; the record in the store is enough to begin a retry. */
async function fromRecord(
  { settings }: CommandContext,
  words: readonly string[],
): Promise<{ readonly runId: string; readonly symbol: string | undefined }> {
  const objects = openObjectStore(settings);
  const { runId, rest } = await splitRun(words, async (id) => (await readRunRecord(objects, rootRunId(id))) !== null);
  return { runId, symbol: rest[0] };
}

async function isRecorded(context: CommandContext, words: readonly string[]): Promise<boolean> {
  return fromRecord(context, words).then(
    () => true,
    () => false,
  );
}

async function retryOpenRun(
  context: CommandContext,
  { client }: Session,
  runId: string,
  symbol: string | undefined,
): Promise<void> {
  if (symbol !== undefined)
    context.say(
      `${runId} is still open: ${symbol} cannot be chosen alone, every symbol that failed so far is started again`,
    );
  context.say(await updateRun(client, runId, RETRY_FAILED_UPDATE));
}

async function recordOf({ settings }: CommandContext, runId: string): Promise<RunRecord> {
  const objects = openObjectStore(settings);
  const record = await readRunRecord(objects, runId);
  if (record !== null) return record;
  throw new UsageError(
    `there is no record of a run '${runId}' in ${objects.description}; ./candlewick status lists the runs`,
  );
}

function symbolsToRetry(record: RunRecord, symbol: string | undefined): readonly string[] {
  if (symbol === undefined)
    return record.symbols.filter(({ status }) => status === 'failed').map((entry) => entry.symbol);
  if (record.symbols.some((entry) => entry.symbol === symbol)) return [symbol];
  throw new UsageError(
    `${record.runId} has no symbol '${symbol}'; it has ${record.symbols.map((entry) => entry.symbol).join(', ')}`,
  );
}

/** Of a run and its retries: the one that is open, if any, and the id of the next retry. */
async function retriesOf(
  client: Client,
  runId: string,
): Promise<{ readonly openId: string | null; readonly nextRetryId: string }> {
  let openId = (await describeWorkflow(client, runId))?.status.name === 'RUNNING' ? runId : null;
  for (let count = 1; ; count += 1) {
    const id = retryWorkflowId(runId, count);
    const described = await describeWorkflow(client, id);
    if (described === null) return { openId, nextRetryId: id };
    if (described.status.name === 'RUNNING') openId = id;
  }
}
