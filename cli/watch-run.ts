import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { SymbolProgress, UniverseProgress } from '../shared/names/messages';
import type { CommandContext } from './command-context';
import { isErrorNamed } from './run-failure';
import { createRetryNews, retryingActivities } from './retrying-activities';
import type { Session } from './run-session';
import { createPatience } from './runtime/patience';
import type { StopSignal } from './runtime/stop-request';
import { describeWorkflow, queryProgress } from './runtime/workflows';
import { createProgressBars } from './views/progress-bars';
import { createProgressLines } from './views/progress-lines';

const POLL_MS = 500;
const BETWEEN_NEWS_MS = 3_000;
/** A server that is started again within this time is not missed. */
const SERVER_PATIENCE_MS = 20_000;
/** Symbols asked for their progress at each look. */
const MAX_ASKED = 12;
/** How long a closed run is waited for to be shown once more as it ended. */
const LAST_LOOK_MS = 2_000;

export type WatchOutcome = 'closed' | 'noWorker' | 'noServer' | StopSignal;

/** Shows a run's progress until it is closed, we are asked to stop, our worker cannot be kept alive or the server is gone. */
export async function watchRun(context: CommandContext, session: Session, runId: string): Promise<WatchOutcome> {
  const view = context.interactive ? createProgressBars(process.stderr) : createProgressLines(context.say);
  if (context.interactive) context.divertSay(view.note);
  const ended = new AbortController();
  const show = async (): Promise<void> => {
    const looked = await lookAt(session.client, runId);
    if (looked !== null && !ended.signal.aborted) view.update(looked.universe, looked.symbols);
  };
  const newsOf = createRetryNews();
  const tell = async (): Promise<void> => {
    for (const line of newsOf(await retryingActivities(session.client, runId)))
      if (!ended.signal.aborted) context.say(line);
  };
  repeat(show, POLL_MS, ended.signal);
  repeat(tell, BETWEEN_NEWS_MS, ended.signal);
  try {
    const outcome = await untilOutcome(session, runId);
    if (outcome === 'closed') await Promise.race([show(), sleep(LAST_LOOK_MS)]);
    return outcome;
  } finally {
    ended.abort();
    view.close();
    context.divertSay(null);
  }
}

async function untilOutcome({ client, stop, worker }: Session, runId: string): Promise<WatchOutcome> {
  const patience = createPatience(SERVER_PATIENCE_MS, Date.now);
  const losing = new AbortController();
  const workerLost = worker.exited.then(() => losing.abort());
  const wakes = [workerLost, stop.whenRequested, untilClosed(client, runId)];
  for (;;) {
    const state = await Promise.race([stateOf(client, runId), stop.whenRequested.then(() => 'open' as const)]);
    const asked = stop.requested();
    if (asked !== null) return asked;
    if (state === 'closed') return 'closed';
    if (patience.isOver(state !== 'unknown')) return 'noServer';
    if (losing.signal.aborted) return 'noWorker';
    await Promise.race([sleep(POLL_MS), ...wakes]);
  }
}

/** Settles as soon as the run is closed; where the connection is lost meanwhile, never. */
function untilClosed(client: Client, runId: string): Promise<void> {
  return new Promise((resolve) => {
    const ifClosed = (error: unknown): void => {
      if (isErrorNamed(error, 'WorkflowFailedError')) resolve();
    };
    client.workflow
      .getHandle(runId)
      .result()
      .then(() => resolve(), ifClosed);
  });
}

async function stateOf(client: Client, runId: string): Promise<'open' | 'closed' | 'unknown'> {
  try {
    return (await describeWorkflow(client, runId))?.status.name === 'RUNNING' ? 'open' : 'closed';
  } catch {
    return 'unknown';
  }
}

interface Look {
  readonly universe: UniverseProgress;
  readonly symbols: readonly SymbolProgress[];
}

/** null while no worker answers: a query needs one, and one may be starting or was killed. */
async function lookAt(client: Client, runId: string): Promise<Look | null> {
  const universe = await queryProgress<UniverseProgress>(client, runId);
  if (universe === null) return null;
  const running = universe.symbols.filter(({ state }) => state === 'running').slice(0, MAX_ASKED);
  const asked = await Promise.all(running.map(({ workflowId }) => queryProgress<SymbolProgress>(client, workflowId)));
  return { universe, symbols: asked.filter((progress) => progress !== null) };
}

/** Does something again and again, each time after a pause, until the signal says so; an unanswered question is asked again. */
function repeat(work: () => Promise<void>, pauseMs: number, signal: AbortSignal): void {
  const again = async (): Promise<void> => {
    while (!signal.aborted) {
      await work().catch(() => undefined);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };
  void again();
}
