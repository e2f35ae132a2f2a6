import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { RunRecord } from '../shared/contracts/run-record';
import { rootRunId } from '../shared/names/ids';
import type { SymbolProgress, UniverseProgress } from '../shared/names/messages';
import { PROGRESS_QUERY } from '../shared/names/messages';
import { createFileObjectStore } from '../shared/store/file-object-store';
import { readRunRecord, runReportKey } from '../shared/store/run-files';
import type { CommandContext } from './command-context';
import { connectClient } from './runtime/client';
import type { KeptWorker } from './runtime/kept-worker';
import { keepWorker } from './runtime/kept-worker';
import { prepareFolders } from './runtime/state-folder';
import type { RunningServer } from './runtime/temporal-server';
import { ensureServer } from './runtime/temporal-server';
import { startWorker } from './runtime/worker-process';
import { EXIT } from './usage-error';
import { createProgressBars, createProgressLines } from './views/progress-bars';
import { resultDocument } from './views/result-json';
import { resultTable } from './views/result-table';

const POLL_MS = 500;
/** Symbols asked for their progress at each look. */
const MAX_ASKED = 12;

/** A server, a client and a worker of our own, for as long as a command needs them; a worker that dies is replaced. */
export interface Session {
  readonly client: Client;
  readonly server: RunningServer;
  readonly worker: KeptWorker;
  close(): Promise<void>;
}

export async function openSession(context: CommandContext): Promise<Session> {
  const { settings, env, say } = context;
  prepareFolders(settings);
  const server = await ensureServer(settings, env);
  say(`Temporal server at ${server.address}${server.uiUrl === null ? '' : `, UI at ${server.uiUrl}`}`);
  const client = await connectClient(settings, server.address);
  const worker = await keepWorker({ start: () => startWorker(settings, server.address, env), say });
  return {
    client,
    server,
    worker,
    close: async () => {
      await worker.stop();
      await client.connection.close();
    },
  };
}

export type WatchOutcome = 'closed' | 'noWorker' | 'SIGINT' | 'SIGTERM';

/** Shows a run's progress until it is closed, we are asked to stop, or our worker cannot be kept alive. */
export async function watchRun(
  context: CommandContext,
  session: Session,
  handle: WorkflowHandle,
): Promise<WatchOutcome> {
  const view = context.interactive ? createProgressBars(process.stderr) : createProgressLines(context.say);
  const closing = new AbortController();
  const result = handle.result().then(
    () => closing.abort(),
    () => closing.abort(),
  );
  const losing = new AbortController();
  const workerLost = session.worker.exited.then(() => losing.abort());
  try {
    for (;;) {
      const stop = context.stopRequested();
      if (stop !== null) return stop;
      if (closing.signal.aborted) return 'closed';
      if (losing.signal.aborted) return 'noWorker';
      await showProgress(session.client, handle, view.update);
      await Promise.race([sleep(POLL_MS), result, workerLost, context.whenStopRequested]);
    }
  } finally {
    view.close();
  }
}

async function showProgress(
  client: Client,
  handle: WorkflowHandle,
  show: (universe: UniverseProgress, symbols: readonly SymbolProgress[]) => void,
): Promise<void> {
  try {
    const universe = await handle.query<UniverseProgress>(PROGRESS_QUERY);
    const running = universe.symbols.filter(({ state }) => state === 'running').slice(0, MAX_ASKED);
    const asked = await Promise.all(
      running.map(({ workflowId }) =>
        client.workflow
          .getHandle(workflowId)
          .query<SymbolProgress>(PROGRESS_QUERY)
          .catch(() => null),
      ),
    );
    show(
      universe,
      asked.filter((progress) => progress !== null),
    );
  } catch {
    // A query needs a live worker: while one is starting or was killed there is nothing to show.
  }
}

/** Prints what a run left and returns the exit code that says the same. */
export async function finishRun(
  context: CommandContext,
  session: Session,
  runId: string,
  options: { readonly json: boolean },
): Promise<number> {
  const { settings, print, say } = context;
  const record = await readRunRecord(createFileObjectStore(settings.storeRoot), rootRunId(runId));
  const failure = await failureOf(session.client, runId);
  if (record === null || (failure !== null && failure.type !== 'QuorumMissed')) {
    say(`${runId} failed: ${failure?.type ?? ''} ${failure?.message ?? 'it left no record'}`);
    return failure?.type === 'InvalidConfig' || failure?.type === 'SourceNotFound' ? EXIT.usage : EXIT.failed;
  }
  const report = join(settings.storeRoot, runReportKey(record.runId));
  if (options.json) print(JSON.stringify(resultDocument(record, { report, store: settings.storeRoot }), null, 2));
  else {
    print(resultTable(record));
    print(`report: ${report}`);
    if (session.server.uiUrl !== null)
      print(
        `Temporal UI: ${session.server.uiUrl}/namespaces/${settings.namespace}/workflows/${encodeURIComponent(runId)}`,
      );
  }
  return exitCodeOf(record);
}

export function exitCodeOf(record: RunRecord): number {
  switch (record.status) {
    case 'done':
      return EXIT.done;
    case 'partial':
      return EXIT.partial;
    case 'failed':
      return EXIT.failed;
  }
}

/** The failure that closed a workflow, or null where it closed well. */
async function failureOf(client: Client, workflowId: string): Promise<{ type: string; message: string } | null> {
  try {
    await client.workflow.getHandle(workflowId).result();
    return null;
  } catch (error) {
    const root = rootCause(error);
    const type = root instanceof Error && 'type' in root && typeof root.type === 'string' ? root.type : 'Unexpected';
    return { type, message: root instanceof Error ? root.message : String(root) };
  }
}

function rootCause(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootCause(error.cause) : error;
}
