import type { CommandContext } from '../command-context';
import { readConfigInput } from '../config-input';
import { followRun, startRun } from '../follow-run';
import { newRunId } from '../run-id';
import { openSession } from '../run-session';
import { stopServer } from '../runtime/temporal-server';
import type { RunFlags } from './run';

/**
 * `candlewick start` (also `npm start`): server, worker and a run on generated bars. On a terminal it stays up until
 * Ctrl-C; without one it ends with the run's exit code and leaves nothing running that it started.
 */
export async function startCommand(context: CommandContext, flags: RunFlags): Promise<number> {
  const { input } = readConfigInput(flags, context.workingDirectory, { preset: 'quick' });
  const id = flags.id ?? newRunId();
  const session = await openSession(context);
  const { startedHere } = session.server;
  try {
    await startRun(session, { id, input, summary: `training run ${id}` });
    context.say(`run ${id} started`);
    const exitCode = await followRun(context, session, id, {
      json: flags.json ?? false,
      uiStays: context.interactive || !startedHere,
    });
    if (!context.interactive || session.stop.requested() !== null) return exitCode;
    context.say(`server and worker stay up; start runs in the UI or with ./candlewick run. Ctrl-C ends.`);
    await Promise.race([session.stop.whenRequested, session.worker.exited]);
    return exitCode;
  } finally {
    await session.close();
    if (startedHere) await stopServer(context.settings.home);
  }
}
