import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { STORE_ID_MEMO } from '../../shared/names/messages';
import { QUEUES, WORKFLOWS } from '../../shared/names/queues';
import type { AttemptRecord } from '../../shared/store/attempts';
import { createAttemptLog } from '../../shared/store/attempts';
import { createFileObjectStore } from '../../shared/store/file-object-store';
import { openObjectStore } from '../../shared/store/open-store';
import type { ObjectStore } from '../../shared/store/port';
import { readRunRecord } from '../../shared/store/run-files';
import { identifyStore } from '../../shared/store/store-identity';
import { runFailureOf } from '../run-failure';
import { keepWorker } from '../runtime/kept-worker';
import type { RunningWorker, Wrapping } from '../runtime/worker-process';
import { startWorker } from '../runtime/worker-process';
import type { DrillPlace, DrillSpace } from './drill-space';
import type { Injection, RunFacts } from './facts';
import { NO_INJECTION } from './facts';
import { inspectStore, warningsIn } from './inspect-store';
import { trainersOf } from './trainers';
import { waitFor } from './wait';

export type TrainingAttempt = AttemptRecord & { readonly training: NonNullable<AttemptRecord['training']> };

/** A run under way, for whoever does something to it. */
export interface LiveRun {
  readonly runId: string;
  readonly place: DrillPlace;
  /** Its store as its worker sees it. */
  readonly objects: ObjectStore;
  readonly limitMs: number;
  readonly workerPid: () => number;
  readonly hasEnded: () => boolean;
  /** The fit of a net under way that has so many updates saved. */
  untilSaved(updates: number): Promise<TrainingAttempt>;
  /** The compute child at work. */
  untilTrainer(): Promise<number>;
}

export interface RunOptions {
  readonly place: DrillPlace;
  readonly config: object;
  /** Does something to the run while it goes on; its error stands in the facts instead of an injection. */
  readonly inject?: (run: LiveRun) => Promise<Injection>;
  /** What the worker is put under; its store then lies where only it and its children see it. */
  readonly wrapping?: Wrapping | null;
}

/** Runs a configuration with a worker of its own, to its end or to the limit, and tells what it left. */
export async function drillRun(
  space: DrillSpace,
  { place, config, inject = () => Promise.resolve(NO_INJECTION), wrapping = null }: RunOptions,
): Promise<{ readonly run: RunFacts; readonly injection: Injection }> {
  const { client, limitMs } = space;
  const runId = `${space.id}-${place.name}`;
  const startedAtMs = Date.now();
  const workers: RunningWorker[] = [];
  const start = async (): Promise<RunningWorker> => {
    const worker = await startWorker(place.settings, space.address, place.env, 'all', wrapping);
    workers.push(worker);
    return worker;
  };
  const kept = await keepWorker({ start, say: () => undefined });
  try {
    const objects = storeSeenBy(place, wrapping === null ? null : (workers[0]?.pid ?? null));
    const handle = await client.workflow.start(WORKFLOWS.trainUniverse, {
      taskQueue: QUEUES.control,
      workflowId: runId,
      args: [config],
      memo: { [STORE_ID_MEMO]: await identifyStore(objects) },
    });
    const state = { ended: false };
    const ending = endOf(handle, limitMs).finally(() => (state.ended = true));
    const live = liveRun({
      ...{ runId, place, objects, limitMs },
      workerPid: () => workers.at(-1)?.pid ?? 0,
      hasEnded: () => state.ended,
    });
    const injection = await inject(live).catch((error: unknown): Injection => ({
      ...NO_INJECTION,
      what: `could not be injected: ${textOf(error)}`,
    }));
    const { ended, failure } = await ending;
    const run: RunFacts = {
      ...{ runId, ended, failure },
      record: await readRunRecord(objects, runId).catch(() => null),
      ...(await inspectStore(objects, runId)),
      seconds: (Date.now() - startedAtMs) / 1000,
      workersStarted: workers.length,
      warnings: warningsIn(join(place.settings.home, 'logs')),
    };
    return { run, injection };
  } finally {
    await kept.stop();
  }
}

function liveRun(known: Omit<LiveRun, 'untilSaved' | 'untilTrainer'>): LiveRun {
  const { runId, objects, limitMs, workerPid, hasEnded } = known;
  const log = createAttemptLog(objects);
  const assertGoesOn = (before: string): void => {
    if (hasEnded()) throw new Error(`the run ended before ${before}`);
  };
  return {
    ...known,
    untilSaved: (updates) =>
      waitFor(`a net to have ${String(updates)} updates saved`, limitMs, async () => {
        const found = (await log.ofRun(runId).catch((): readonly AttemptRecord[] => []))
          .filter(isTraining)
          .find(({ outcome, training }) => outcome === 'running' && training.savedStep >= updates);
        if (found === undefined) assertGoesOn('a fit could be hit');
        return found ?? null;
      }),
    untilTrainer: () =>
      waitFor('a trainer', limitMs, () => {
        const [pid] = trainersOf(workerPid());
        if (pid === undefined) assertGoesOn('a trainer could be hit');
        return pid ?? null;
      }),
  };
}

function isTraining(attempt: AttemptRecord): attempt is TrainingAttempt {
  return attempt.training !== null;
}

/** On a disk that only the worker sees, through the worker's own root. */
function storeSeenBy({ settings }: DrillPlace, workerPid: number | null): ObjectStore {
  const { store } = settings;
  if (workerPid === null || store.kind !== 'file') return openObjectStore({ store });
  return createFileObjectStore(`/proc/${String(workerPid)}/root${store.root}`);
}

async function endOf(handle: WorkflowHandle, limitMs: number): Promise<Pick<RunFacts, 'ended' | 'failure'>> {
  const timer = new AbortController();
  const result = handle.result().then(
    () => ({ ended: 'completed', failure: null }) as const,
    (error: unknown) => {
      const { code, message } = runFailureOf(error);
      return { ended: 'failed', failure: `${code}: ${message}` } as const;
    },
  );
  const late = sleep(limitMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
  const first = await Promise.race([result, late]);
  timer.abort();
  if (first !== 'late') return first;
  await handle.terminate('not done within the limit of the drill').catch(() => undefined);
  await result;
  return { ended: 'late', failure: `not done within ${String(Math.round(limitMs / 1000))} s` };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
