import type { CommandContext } from '../command-context';
import { openSession } from '../run-session';
import { prepareFolders } from '../runtime/state-folder';
import { ensureServer, stopServer } from '../runtime/temporal-server';
import { startWorker } from '../runtime/worker-process';
import { EXIT, UsageError } from '../usage-error';
import type { RunFlags } from './run';
import { newRunId, runInSession } from './run';
import { readConfigInput } from '../config-input';

/**
 * `candlewick start` (also `npm start`): server, worker and a run on generated bars. On a terminal it stays up until
 * Ctrl-C; without one it ends with the run's exit code and leaves nothing running that it started.
 */
export async function startCommand(context: CommandContext, flags: RunFlags): Promise<number> {
  const given = readConfigInput({ preset: 'quick', ...flags }, context.workingDirectory);
  const session = await openSession(context);
  try {
    const exitCode = await runInSession(context, session, given, {
      id: flags.id ?? newRunId(),
      json: flags.json ?? false,
    });
    if (!context.interactive || context.stopRequested() !== null) return exitCode;
    context.say(`server and worker stay up; start runs in the UI or with ./candlewick run. Ctrl-C ends.`);
    await Promise.race([context.whenStopRequested, session.worker.exited]);
    return exitCode;
  } finally {
    await session.close();
    if (session.server.startedHere) await stopServer(context.settings.home);
  }
}

/** `candlewick dev`: server and worker, for runs started in the UI or by others, until Ctrl-C. */
export async function devCommand(context: CommandContext): Promise<number> {
  const session = await openSession(context);
  try {
    context.say(
      'ready: start runs in the UI or with ./candlewick run. Ctrl-C ends the worker; the server goes on until ./candlewick stop.',
    );
    await Promise.race([context.whenStopRequested, session.worker.exited]);
    return EXIT.done;
  } finally {
    await session.close();
  }
}

/** `candlewick worker`: one more worker on the server that is there. */
export async function workerCommand(context: CommandContext): Promise<number> {
  prepareFolders(context.settings);
  const server = await ensureServer(context.settings, context.env);
  const worker = await startWorker(context.settings, server.address, context.env);
  context.say(`worker ${String(worker.pid)} on ${server.address}, log ${worker.log}; Ctrl-C ends it`);
  await Promise.race([context.whenStopRequested, worker.exited]);
  const died = context.stopRequested() === null;
  await worker.stop();
  if (died) throw new UsageError(`the worker ended by itself; its last words are in ${worker.log}`);
  return EXIT.done;
}

/** `candlewick stop`: ends the server of the state folder. Its database stays. */
export async function stopCommand(context: CommandContext): Promise<number> {
  const stopped = await stopServer(context.settings.home);
  context.say(stopped ? 'the Temporal server is stopped; its database stays' : 'no Temporal server was running');
  return EXIT.done;
}
