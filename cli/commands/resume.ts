import { WORKFLOWS } from '../../shared/names/queues';
import type { CommandContext } from '../command-context';
import { followRun } from '../follow-run';
import type { Session } from '../run-session';
import { openSession } from '../run-session';
import { describeWorkflow } from '../runtime/workflows';
import { EXIT, UsageError } from '../usage-error';

/** `candlewick resume [run]`: goes on with a run that was interrupted, or with all that are still open. */
export async function resumeCommand(
  context: CommandContext,
  runId: string | undefined,
  flags: { readonly json?: boolean },
): Promise<number> {
  const session = await openSession(context);
  try {
    const open = runId === undefined ? await openRuns(session) : [await knownRun(session, runId)];
    if (open.length === 0) context.say('nothing to resume: no run is open');
    let exitCode: number = EXIT.done;
    for (const id of open) {
      exitCode = Math.max(exitCode, await followRun(context, session, id, { json: flags.json ?? false }));
      if (session.stop.requested() !== null) break;
    }
    return exitCode;
  } finally {
    await session.close();
  }
}

/** Runs still open, oldest first. */
async function openRuns({ client }: Session): Promise<readonly string[]> {
  const found: { id: string; startedAtMs: number }[] = [];
  const query = `WorkflowType = '${WORKFLOWS.trainUniverse}' AND ExecutionStatus = 'Running'`;
  for await (const execution of client.workflow.list({ query })) {
    found.push({ id: execution.workflowId, startedAtMs: execution.startTime.getTime() });
  }
  return found.sort((a, b) => a.startedAtMs - b.startedAtMs).map(({ id }) => id);
}

async function knownRun({ client }: Session, runId: string): Promise<string> {
  if ((await describeWorkflow(client, runId)) !== null) return runId;
  throw new UsageError(`there is no run '${runId}'; ./candlewick status lists the runs`);
}
