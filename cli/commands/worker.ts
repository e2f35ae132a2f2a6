import type { WorkerRole } from '../../shared/names/worker-roles';
import type { CommandContext } from '../command-context';
import { prepareFolders } from '../runtime/state-folder';
import { ensureServer } from '../runtime/temporal-server';
import { startWorker } from '../runtime/worker-process';
import { EXIT, UsageError } from '../usage-error';

/** `candlewick worker`: one more worker on the server that is there. */
export async function workerCommand(context: CommandContext, flags: { readonly role: WorkerRole }): Promise<number> {
  const { settings, env } = context;
  await prepareFolders(settings);
  const stop = context.listenForStop();
  const server = await ensureServer(settings, env);
  const worker = await startWorker(settings, server.address, env, flags.role);
  context.say(`worker ${String(worker.pid)} (${flags.role}) on ${server.address}, log ${worker.log}; Ctrl-C ends it`);
  await Promise.race([stop.whenRequested, worker.exited]);
  const died = stop.requested() === null;
  await worker.stop();
  if (died) throw new UsageError(`the worker ended by itself; its last words are in ${worker.log}`);
  return EXIT.done;
}
