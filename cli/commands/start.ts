import type { CommandContext } from '../command-context';
import { readConfigInput } from '../config-input';
import { startAndFollow } from '../follow-run';
import { newRunId } from '../run-id';
import type { Session } from '../run-session';
import { openSession } from '../run-session';
import { stopServer } from '../runtime/temporal-server';
import { listOpenRuns } from '../runtime/workflows';
import { runSummary } from '../views/run-summary';
import type { RunFlags } from './run';

/**
 * `candlewick start` (also `npm start`): server, worker and a run on generated bars. On a terminal it stays up until
 * Ctrl-C; without one it ends with the run's exit code and leaves nothing running that it started.
 */
export async function startCommand(context: CommandContext, flags: RunFlags): Promise<number> {
  const { input, config } = readConfigInput(flags, context.workingDirectory, { preset: 'quick' });
  const id = flags.id ?? newRunId();
  const session = await openSession(context);
  const { startedHere } = session.server;
  try {
    const run = { id, input, summary: runSummary(config) };
    const uiStays = context.interactive || !startedHere;
    const exitCode = await startAndFollow(context, session, run, { json: flags.json ?? false, uiStays });
    if (!context.interactive || session.stop.requested() !== null) return exitCode;
    context.say(`server and worker stay up; start runs in the UI or with ./candlewick run. Ctrl-C ends.`);
    await Promise.race([session.stop.whenRequested, session.worker.exited]);
    return exitCode;
  } finally {
    // Another command's run may have come to this server meanwhile.
    const isNeeded = startedHere && (await otherRunsAreOpen(session, id));
    await session.close();
    if (startedHere && !isNeeded) await stopServer(context.settings.home);
  }
}

/** Whether a run besides our own is open; where nobody can be asked, none is known. */
async function otherRunsAreOpen(session: Session, ownId: string): Promise<boolean> {
  try {
    return (await listOpenRuns(session.client)).some((id) => id !== ownId);
  } catch {
    return false;
  }
}
