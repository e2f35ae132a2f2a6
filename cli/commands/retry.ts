import type { RunRecord } from '../../shared/contracts/run-record';
import { rootRunId } from '../../shared/names/ids';
import { RETRY_FAILED_UPDATE } from '../../shared/names/messages';
import { openObjectStore } from '../../shared/store/open-store';
import { readRunRecord } from '../../shared/store/run-files';
import type { CommandContext } from '../command-context';
import { followRun, startAndFollow } from '../follow-run';
import { enterRunChange } from '../operate/enter-audit';
import type { ReasonFlags } from '../operate/reason';
import { readReason } from '../operate/reason';
import type { Target } from '../operate/target';
import { executionsOf, recordedRunId, splitRun } from '../operate/executions';
import { findTarget } from '../operate/target';
import type { Session } from '../run-session';
import { openSession } from '../run-session';
import { askServerIfAny } from '../runtime/client';
import { updateRun } from '../runtime/workflows';
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
  flags: ReasonFlags & { readonly json?: boolean },
): Promise<number> {
  readReason(flags);
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
    const { executions, nextRetryId } = await executionsOf(session.client, runId);
    const openId = executions.find(({ isOpen }) => isOpen)?.workflowId ?? null;
    if (openId !== null) {
      await retryOpenRun(context, session, openId, symbol);
      await enterRunChange(context, changed, flags);
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
    await enterRunChange(context, { ...changed, details: { run: nextRetryId, symbols } }, flags);
    return await startAndFollow(context, session, run, options);
  } finally {
    await session.close();
  }
}

function namesOf(target: Target): { readonly runId: string; readonly symbol: string | undefined } {
  if (target.kind !== 'run') return { runId: target.runId, symbol: target.symbol ?? undefined };
  if (target.runKind === 'promoteModel')
    throw new UsageError(
      `${target.runId} is a question about a model: approve or reject it, or name an activity of it`,
    );
  return { runId: recordedRunId(target.runId, target.runKind), symbol: undefined };
}

/** A server that was lost knows nothing; the record in the store is enough to begin a retry. */
async function fromRecord(
  { settings }: CommandContext,
  words: readonly string[],
): Promise<{ readonly runId: string; readonly symbol: string | undefined }> {
  const objects = openObjectStore(settings);
  const { runId, rest } = await splitRun(words, async (id) => (await readRunRecord(objects, rootRunId(id))) !== null);
  return { runId, symbol: rest.length === 0 ? undefined : rest.join('/') };
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
  context.say(await updateRun(client, runId, RETRY_FAILED_UPDATE, symbol));
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
