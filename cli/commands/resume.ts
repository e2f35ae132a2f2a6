import type { CommandContext } from '../command-context';
import { followRun } from '../follow-run';
import type { Session } from '../run-session';
import { openSession } from '../run-session';
import { describeWorkflow, listOpenRuns } from '../runtime/workflows';
import { EXIT, UsageError } from '../usage-error';

/** `candlewick resume [run]`: goes on with a run that was interrupted, or with all that are still open. */
export async function resumeCommand(
  context: CommandContext,
  runId: string | undefined,
  flags: { readonly json?: boolean },
): Promise<number> {
  const session = await openSession(context);
  try {
    const open = runId === undefined ? await listOpenRuns(session.client) : [await knownRun(session, runId)];
    if (open.length === 0) context.say('nothing to resume: no run is open');
    let exitCode: number = EXIT.done;
    for (const id of open) {
      exitCode = worseOf(exitCode, await followRun(context, session, id, { json: flags.json ?? false }));
      if (session.stop.requested() !== null) break;
    }
    return exitCode;
  } finally {
    await session.close();
  }
}

async function knownRun({ client }: Session, runId: string): Promise<string> {
  if ((await describeWorkflow(client, runId)) !== null) return runId;
  throw new UsageError(`there is no run '${runId}'; ./candlewick status lists the runs`);
}

/** Of several runs the worst is told: a failed one counts for more than one with failed symbols. */
function worseOf(a: number, b: number): number {
  const rank = (code: number): number => SEVERITY.indexOf(code);
  return rank(b) > rank(a) ? b : a;
}

const SEVERITY: readonly number[] = [
  EXIT.done,
  EXIT.partial,
  EXIT.failed,
  EXIT.usage,
  EXIT.terminated,
  EXIT.interrupted,
];
