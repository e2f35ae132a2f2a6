import type { Client } from '@temporalio/client';
import type { CommandContext } from './command-context';
import { connectClient } from './runtime/client';
import type { KeptWorker } from './runtime/kept-worker';
import { NO_OWN_WORKER, keepWorker } from './runtime/kept-worker';
import { prepareFolders } from './runtime/state-folder';
import type { StopRequest } from './runtime/stop-request';
import type { RunningServer } from './runtime/temporal-server';
import { ensureServer } from './runtime/temporal-server';
import { startWorker } from './runtime/worker-process';

/** A server, a client and, unless workers run elsewhere, a worker of our own, for as long as a command needs them; a worker that dies is replaced. */
export interface Session {
  readonly client: Client;
  readonly server: RunningServer;
  readonly worker: KeptWorker;
  readonly stop: StopRequest;
  close(): Promise<void>;
}

/** Opens a session; from here on signals are requests, which whoever holds the session answers. */
export async function openSession(context: CommandContext): Promise<Session> {
  const { settings, env, say } = context;
  await prepareFolders(settings);
  const stop = context.listenForStop();
  const server = await ensureServer(settings, env);
  say(`Temporal server at ${server.address}${server.uiUrl === null ? '' : `, UI at ${server.uiUrl}`}`);
  const client = await connectClient(settings, server.address, { traceparent: context.traceparent });
  const worker = settings.ownWorker
    ? await keepWorker({ start: () => startWorker(settings, server.address, env), say })
    : NO_OWN_WORKER;
  if (!settings.ownWorker) say('no worker of its own (CANDLEWICK_OWN_WORKER=no): those that run elsewhere do the work');
  return {
    client,
    server,
    worker,
    stop,
    close: async () => {
      await worker.stop();
      await client.connection.close();
    },
  };
}
